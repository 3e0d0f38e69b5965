"""Whom the matcher takes for one, and whom never."""

import pytest

from sila.parties.matching import MATCH, REASONS, compare, find_pairs, keys, make_profile

PHONE, OTHER = "+966551234567", "+966551234568"


def same(a: str, b: str, *, company: bool = False) -> bool:
    """With one phone and one city."""
    one, other = (make_profile(name, company=company, phones=[PHONE], city="الرياض") for name in (a, b))
    return compare(one, other).score >= MATCH


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("عبد الرحمن الغامدي", "عبدالرحمن الغامدى"),
        ("أحمد الحربي", "احمد الحربي"),
        ("فاطمة الزهراني", "فاطمه الزهراني"),
        ("فهد بن سعد القحطاني", "فهد سعد القحطاني"),
        ("د. محمد العتيبي", "محمد العتيبي"),
        ("محمد العتيبي", "Mohamed Al-Otaibi"),
        ("Mohamed Alotaibi", "Muhammad Al Otaibi"),
        ("محمد سعد عبدالله العتيبي", "محمد العتيبي"),
        ("Al-Harbi, Noura", "نورة الحربي"),
        ("نور الدين حداد", "Noureddine Haddad"),
        ("عبد القادر بن علي", "Abdelkader Benali"),
        ("سالم باعشن", "سالم با عشن"),
        ("هبة الله سمير", "هبةالله سمير"),
        ("هبةالله سمير فهمي", "Hebatallah Samir Fahmy"),
        ("الطيب زين العابدين", "Altayeb Zainalabdin"),
        ("رضى شاهين", "رضا شاهين"),
        ("ضياء طه", "ظياء طه"),
        ("عثمان الرشيد", "Othman Al-Rashid"),
        ("تماضر السقاف", "Tumadir Alsaggaf"),
        ("إسماعيل حمداني", "Smail Hamdani"),
        ("Mme Leila Mansouri", "ليلى منصوري"),
        ("M. Karim Idrissi Alaoui", "كريم إدريسي علوي"),
        ("7assan Nassar", "حسن نصار"),
        ("ربيع عون 2", "Rabih Aoun"),
        ("د حسين بن علي", "حسين بن علي"),
        ("سعد سليمان", "Saad Soiman"),
        ("شيخة المهيري", "Shaikha Almheiri"),
        ("مروان عبدالماجد", "Marwan Abdelmagid"),
    ],
)
def test_one_person_in_two_spellings(a, b):
    assert same(a, b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("أحمد سعد القحطاني", "خالد سعد القحطاني"),
        ("سعد محمد القحطاني", "محمد القحطاني"),
        ("سالم محمد", "محمد سالم"),
        ("حسن الحربي", "حسين الحربي"),
        ("Hassan Alharbi", "حسين الحربي"),
        ("أحمد الحربي", "حمد الحربي"),
        ("عبدالرحمن العنزي", "عبدالرحيم العنزي"),
        ("سمير حداد", "سميرة حداد"),
        ("Maria Rossi", "Mario Rossi"),
        ("حذيفة الزعابي", "سهير الزعابي"),
        ("هاني بدران", "هانا بدران"),
        ("صلاح محمد المعمري", "صلاح عادل المعمري"),
        ("بكري المهيري", "شيخة المهيري"),
    ],
)
def test_two_people_of_one_house_who_share_a_phone(a, b):
    assert not same(a, b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("مؤسسة النور للتجارة", "مؤسسه النور التجارية"),
        ("شركة النور للتجارة المحدودة", "Al Noor Trading Co. Ltd."),
        ("شركة الراجحي", "الراجحي"),
        ("الخليج للمقاولات", "Gulf Contracting LLC"),
        ("شركة عبداللطيف جميل", "Abdul Latif Jameel Company"),
        ("مؤسسة الدلتا العقارية", "Delta Real Estate LLC"),
        ("Société Mira Pharma", "MIRA_PHARMA_S.A.R.L."),
        ("Palmyra Furniture", "Ets Tadmor Meubles"),
        ("شركة أمواج البحر للصيد", "Sea Waves Fishing"),
    ],
)
def test_one_company_in_two_spellings(a, b):
    assert same(a, b, company=True)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("صيدلية النهدي - فرع العليا", "صيدلية النهدي - فرع الملز"),
        ("أسواق بنده فرع 12", "أسواق بنده فرع 21"),
        ("شركة النور للتجارة", "شركة النور للمقاولات"),
        ("شركة النور للتجارة", "شركة الأمل للتجارة"),
        ("مكتب المحامي خالد السالم", "مكتب المحامي ماجد السالم"),
    ],
)
def test_branches_and_sisters_that_share_a_phone(a, b):
    assert not same(a, b, company=True)


def test_another_trade_shows_where_no_list_has_its_words():
    a, b = (
        make_profile(name, company=True, city="الدمام")
        for name in ("Golden Wheat Bakery", "Golden Wheat Xylo Foam")
    )
    assert compare(a, b).score < MATCH


def test_a_slip_in_a_number_is_no_other_number_and_a_made_up_one_is_none():
    def found(one: str, other: str) -> set[str]:
        a, b = (make_profile("سعد فهد العتيبي", phones=[phone]) for phone in (one, other))
        return {reason.code for reason in compare(a, b).reasons}

    assert "phone_near" in found(PHONE, OTHER)
    assert "phone" in found("+966791234567", "+962791234567")  # once taken for one at home
    assert "phone_differs" in found(PHONE, "+966504448899")
    assert not {"phone", "phone_near", "phone_differs"} & found("+966500000000", "+966500000000")


def test_a_cell_that_says_nothing_speaks_for_nothing():
    a, b = (make_profile("سعد فهد العتيبي", phones=[PHONE], city=city) for city in ("الرياض", "N/A"))
    assert {reason.code for reason in compare(a, b).reasons} == {"name", "phone"}
    assert make_profile("سعد", city="—").city == ""


def test_a_city_in_the_other_letters_that_nobody_knows_speaks_for_nothing():
    a, b = (
        make_profile("سعد فهد العتيبي", phones=[PHONE], city=city) for city in ("الدار البيضاء", "Casablanca")
    )
    assert "city" in {reason.code for reason in compare(a, b).reasons}
    c = make_profile("سعد فهد العتيبي", phones=[PHONE], city="Somewhere")
    assert not {"city", "city_differs"} & {reason.code for reason in compare(a, c).reasons}


def test_the_own_mailbox_of_a_company_counts_and_one_that_everybody_may_have_does_not():
    a, b = (
        make_profile(name, company=True, emails=["info@rikaz.example"])
        for name in ("شركة ركاز", "ركاز للتجارة")
    )
    assert compare(a, b).score >= MATCH


def test_what_is_looked_for_leaves_out_what_cannot_be_it_and_changes_nothing_else():
    a = make_profile("سعد فهد العتيبي", phones=[PHONE], emails=["saad@mail.example"])
    for b in (make_profile("سعد العتيبي", phones=[PHONE]), make_profile("Rita", phones=["+966504448899"])):
        whole, looked = compare(a, b), compare(a, b, least=MATCH)
        assert looked == whole or (looked.score < MATCH and whole.score < MATCH)


def test_a_chain_in_two_cities_with_one_switchboard_is_two():
    a, b = (
        make_profile("صيدليات النهدي", phones=["+966920024673"], emails=["care@nahdi.example"], city=city)
        for city in ("الرياض", "جدة")
    )
    assert compare(a, b).score < MATCH


def test_namesakes_with_other_phones_and_mails_are_two():
    a = make_profile("محمد سعد القحطاني", phones=[PHONE], emails=["m.saad@mail.example"], city="الرياض")
    b = make_profile("محمد سعد القحطاني", phones=[OTHER], emails=["mq77@post.example"], city="الرياض")
    assert compare(a, b).score < MATCH


def test_a_person_is_never_a_company():
    a, b = (make_profile("أحمد الغامدي", company=firm, phones=[PHONE]) for firm in (True, False))
    assert compare(a, b).score < MATCH


def test_every_reason_has_its_words_and_the_score_is_their_sum():
    a = make_profile(
        "أحمد الغامدي", phones=[PHONE], emails=["ahmed.g@mail.example"], city="جدة", birth="19900101"
    )
    b = make_profile(
        "Ahmed Alghamdi", phones=[PHONE], emails=["ahmed.g@mial.example"], city="أبها", birth="19900110"
    )
    match = compare(a, b)
    assert {reason.code for reason in match.reasons} >= {"name_sound", "phone", "email_near", "city_differs"}
    assert all(str(REASONS[reason.code]) for reason in match.reasons)
    assert match.score == round(sum(reason.bits for reason in match.reasons), 1)
    assert compare(b, a).score == match.score


def test_an_address_alone_makes_no_one_of_a_family():
    home = {"streets": ["banks street", "old farm"], "number": "28", "district": "bowral", "postcode": "6108"}
    a = make_profile("kody white", birth="19300609", ids=["7857052"], company=False, **home)
    b = make_profile("lillianna white", birth="19620611", ids=["1010993"], company=False, **home)
    assert compare(a, b).score < MATCH


def test_a_number_of_a_register_outweighs_names_that_are_full_of_slips():
    a = make_profile("jccxk egan", ids=["7857052"], birth="19300609", company=False, postcode="3400")
    b = make_profile("samuel pallot", ids=["7857052"], birth="19300609", company=False, postcode="3401")
    assert compare(a, b).score >= MATCH
    b = make_profile("samuel pallot", ids=["1234567"], birth="19300609", company=False, postcode="3401")
    assert compare(a, b).score < MATCH


def test_a_couple_that_shares_phone_and_mailbox_is_two():
    a, b = (
        make_profile(name, phones=[PHONE], emails=["home@mail.example"], city="الرياض")
        for name in ("غازي الفضلي", "سهير الفضلي")
    )
    assert compare(a, b).score < MATCH


def test_a_district_in_the_field_of_the_street_is_still_that_district():
    a = make_profile("liam rees", streets=["goodchild street", "inglewood"], district="", company=False)
    b = make_profile("liam rees", streets=["goodchild street"], district="inglewood", company=False)
    assert "district_near" in {reason.code for reason in compare(a, b).reasons}


def test_a_slip_in_one_field_leaves_a_key_that_both_share():
    a = make_profile("أحمد سعد الغامدي", phones=[PHONE], emails=["ahmed.ghamdi@mail.example"], city="جدة")
    for b in (
        make_profile("أحمد الغامدي", city="جدة"),
        make_profile("Ghamdi Ahmed Saad"),
        make_profile("زائر", phones=[PHONE]),
        make_profile("زائر", emails=["ahmed.ghamdi@mial.example"]),
    ):
        assert keys(a) & keys(b)


def test_each_pair_is_found_once_and_a_crowd_in_one_block_is_passed_over():
    people = [make_profile("أحمد الغامدي", id=number, phones=[PHONE], city="جدة") for number in range(3)]
    crowd = [make_profile(f"زائر {number}", id=100 + number, phones=[OTHER]) for number in range(90)]
    found = [(a.id, b.id) for a, b, _match in find_pairs([*people, *crowd])]
    assert found == [(0, 1), (0, 2), (1, 2)]


def test_a_short_latin_name_beside_does_not_hide_that_the_fathers_differ():
    a, b = (
        make_profile(name, name_latin="Saad Almutairi", phones=[phone], city="الرياض")
        for name, phone in (("سعد أحمد فهد المطيري", PHONE), ("سعد عمر وليد المطيري", OTHER))
    )
    assert compare(a, b).score < MATCH
    assert compare(a, make_profile("Saad Almutairi", phones=[PHONE])).score >= MATCH


def three(*names, **more):
    """The first and the last have nothing in common but a name with slips; the one between has what both have."""
    first, between, last = names
    return [
        make_profile(first, id=1, phones=[PHONE], city="جدة", **more),
        make_profile(between, id=2, phones=[PHONE], emails=["s.ghamdi@corp.example"], city="جدة", **more),
        make_profile(last, id=3, emails=["s.ghamdi@corp.example"], city="الدمام", **more),
    ]


def test_two_that_are_one_with_a_third_are_one_and_say_why():
    records = three("سعد الغامدي", "سعد فهد الغامدي", "سعد فهد الغامدى")
    assert compare(records[0], records[2]).score < MATCH
    found = {(a.id, b.id): match for a, b, match in find_pairs(records)}
    assert found.keys() == {(1, 2), (2, 3), (1, 3)}
    held = found[1, 3]
    assert held.reasons[0].code == "third"
    assert held.score == MATCH == pytest.approx(sum(reason.bits for reason in held.reasons), abs=0.1)


def test_a_third_holds_nothing_together_that_people_told_apart_from_it():
    records = three("سعد الغامدي", "سعد فهد الغامدي", "سعد فهد الغامدى")
    found = {(a.id, b.id) for a, b, _match in find_pairs(records, apart=frozenset({frozenset((1, 2))}))}
    assert (1, 3) not in found


def test_an_incomplete_record_makes_no_one_of_two_brothers():
    records = three("سعد الغامدي", "س. الغامدي", "سالم الغامدي")
    assert (1, 3) not in {(a.id, b.id) for a, b, _match in find_pairs(records)}
