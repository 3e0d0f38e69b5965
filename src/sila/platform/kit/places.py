"""Cities with their place on the map, for distances between them: as the crow flies, to a few kilometres.

Coordinates are those of the centres, rounded to two decimals. Names are matched folded, in Arabic and Latin letters.
"""

from dataclasses import dataclass
from functools import cache

from .coordinates import Spot
from .folding import fold

# code | Arabic | other spellings, with commas | latitude | longitude; the English name is the code in words
_CITIES = """
riyadh|الرياض|ar riyadh,riyad|24.71|46.68
jeddah|جدة|jiddah,jedda|21.49|39.19
makkah|مكة المكرمة|مكة,mecca,makkah al mukarramah|21.42|39.83
madinah|المدينة المنورة|المدينة,medina,al madinah|24.47|39.61
dammam|الدمام|ad dammam|26.43|50.10
khobar|الخبر|al khobar,alkhobar|26.28|50.21
dhahran|الظهران|az zahran|26.29|50.11
jubail|الجبيل|al jubail|27.01|49.66
hofuf|الهفوف|الأحساء,الاحساء,al ahsa,hofuf|25.38|49.59
qatif|القطيف|al qatif|26.56|50.01
buraydah|بريدة|buraidah|26.33|43.97
unaizah|عنيزة|unayzah|26.08|43.99
hail|حائل|ha'il|27.52|41.69
tabuk|تبوك|tabouk|28.38|36.57
abha|أبها|ابها|18.22|42.51
khamis mushait|خميس مشيط|khamis mushayt|18.30|42.73
jazan|جازان|جيزان,jizan,gizan|16.89|42.55
najran|نجران|najraan|17.49|44.13
taif|الطائف|at taif,al taif|21.27|40.42
yanbu|ينبع|yanbu al bahr|24.09|38.06
arar|عرعر|ar'ar|30.98|41.04
sakaka|سكاكا|الجوف,al jawf|29.97|40.21
baha|الباحة|al baha|20.01|41.47
bisha|بيشة|bishah|19.99|42.60
kharj|الخرج|al kharj|24.15|47.31
hafar al batin|حفر الباطن|hafr al batin|28.43|45.96
majmaah|المجمعة|al majmaah|25.90|45.35
dawadmi|الدوادمي|ad dawadimi|24.51|44.39
wadi ad dawasir|وادي الدواسر|wadi al dawasir|20.49|44.80
qurayyat|القريات|al qurayyat|31.33|37.34
rabigh|رابغ|rabig|22.80|39.03
cairo|القاهرة|al qahirah|30.04|31.24
giza|الجيزة|al jizah|30.01|31.21
alexandria|الإسكندرية|الاسكندرية,اسكندرية|31.20|29.92
port said|بورسعيد|بور سعيد|31.26|32.28
suez|السويس|as suways|29.97|32.53
ismailia|الإسماعيلية|الاسماعيلية|30.60|32.27
mansoura|المنصورة|al mansurah|31.04|31.38
tanta|طنطا|tantah|30.79|31.00
zagazig|الزقازيق|az zaqaziq|30.59|31.50
damietta|دمياط|dumyat|31.42|31.81
faiyum|الفيوم|fayoum,fayyum|29.31|30.84
minya|المنيا|al minya|28.11|30.75
asyut|أسيوط|assiut|27.18|31.18
sohag|سوهاج|suhag|26.56|31.69
luxor|الأقصر|الاقصر|25.69|32.64
aswan|أسوان|assuan|24.09|32.90
hurghada|الغردقة|al ghardaqah|27.26|33.81
sharm el sheikh|شرم الشيخ|sharm|27.92|34.33
dubai|دبي|dubay|25.20|55.27
abu dhabi|أبوظبي|أبو ظبي,ابو ظبي|24.45|54.38
sharjah|الشارقة|ash shariqah|25.35|55.42
ajman|عجمان|ujman|25.41|55.44
al ain|العين|al ayn|24.21|55.74
ras al khaimah|رأس الخيمة|راس الخيمة|25.79|55.94
fujairah|الفجيرة|al fujayrah|25.13|56.33
kuwait city|الكويت|مدينة الكويت,kuwait|29.38|47.99
doha|الدوحة|ad dawhah|25.29|51.53
manama|المنامة|al manamah|26.23|50.59
muscat|مسقط|masqat|23.59|58.41
salalah|صلالة|salala|17.02|54.09
sohar|صحار|suhar|24.35|56.71
sanaa|صنعاء|sana'a|15.37|44.19
aden|عدن|adan|12.79|45.02
amman|عمّان|عمان,عمان الأردن|31.95|35.93
irbid|إربد|اربد|32.56|35.85
aqaba|العقبة|al aqabah|29.53|35.01
jerusalem|القدس|al quds|31.78|35.22
ramallah|رام الله|ram allah|31.90|35.20
gaza|غزة|ghazzah|31.50|34.47
beirut|بيروت|bayrut|33.89|35.50
damascus|دمشق|الشام,dimashq|33.51|36.29
aleppo|حلب|halab|36.20|37.16
homs|حمص|hims|34.73|36.72
baghdad|بغداد|bagdad|33.31|44.37
basra|البصرة|al basrah|30.51|47.78
mosul|الموصل|al mawsil|36.34|43.13
erbil|أربيل|اربيل,hewler|36.19|44.01
khartoum|الخرطوم|al khartum|15.50|32.56
tripoli|طرابلس|tarabulus|32.89|13.19
benghazi|بنغازي|binghazi|32.12|20.07
tunis|تونس|تونس العاصمة|36.81|10.18
algiers|الجزائر|الجزائر العاصمة,alger|36.75|3.06
casablanca|الدار البيضاء|كازابلانكا|33.57|-7.59
rabat|الرباط|ar ribat|34.02|-6.84
istanbul|إسطنبول|اسطنبول,استانبول|41.01|28.98
ankara|أنقرة|انقرة|39.93|32.86
berlin|برلين||52.52|13.40
hamburg|هامبورغ|هامبورج|53.55|9.99
munich|ميونخ|ميونيخ,münchen,muenchen|48.14|11.58
cologne|كولونيا|köln,koeln|50.94|6.96
frankfurt|فرانكفورت|frankfurt am main|50.11|8.68
stuttgart|شتوتغارت|شتوتجارت|48.78|9.18
dusseldorf|دوسلدورف|düsseldorf,duesseldorf|51.23|6.78
leipzig|لايبزيغ||51.34|12.37
dortmund|دورتموند||51.51|7.47
essen|إسن||51.46|7.01
bremen|بريمن||53.08|8.80
dresden|دريسدن||51.05|13.74
hanover|هانوفر|hannover|52.37|9.73
nuremberg|نورنبرغ|nürnberg,nuernberg|49.45|11.08
bonn|بون||50.74|7.10
vienna|فيينا|wien|48.21|16.37
zurich|زيورخ|zürich,zuerich|47.38|8.54
geneva|جنيف|genève,genf|46.20|6.14
london|لندن||51.51|-0.13
manchester|مانشستر||53.48|-2.24
paris|باريس||48.86|2.35
brussels|بروكسل|bruxelles,brüssel|50.85|4.35
amsterdam|أمستردام|امستردام|52.37|4.90
madrid|مدريد||40.42|-3.70
rome|روما|roma|41.90|12.50
milan|ميلانو|milano|45.46|9.19
karachi|كراتشي||24.86|67.01
lahore|لاهور||31.55|74.34
islamabad|إسلام آباد|اسلام اباد|33.68|73.05
mumbai|مومباي|bombay|19.08|72.88
delhi|دلهي|نيودلهي,new delhi|28.61|77.21
new york|نيويورك||40.71|-74.01
"""


@dataclass(frozen=True)
class Place:
    code: str  # as an address has it
    arabic: str
    names: tuple[str, ...]
    latitude: float  # degrees, north
    longitude: float  # degrees, east

    @property
    def english(self) -> str:
        return " ".join(word if word in ("al", "ad") else word.capitalize() for word in self.code.split("-"))

    def called(self, language: str) -> str:
        return self.arabic if language == "ar" else self.english

    def far(self, other: "Place") -> float:
        """Kilometres along the great circle."""
        return Spot(self.latitude, self.longitude).far(Spot(other.latitude, other.longitude))


@cache
def places() -> dict[str, Place]:
    """By code."""
    found = {}
    for line in _CITIES.strip().splitlines():
        code, arabic, others, north, east = line.split("|")
        names = (arabic, code, *filter(None, others.split(",")))
        place = Place(code.replace(" ", "-"), arabic, names, float(north), float(east))
        found[place.code] = place
    return found


@cache
def _by_name() -> dict[str, Place]:
    return {_bare(name): place for place in reversed(places().values()) for name in place.names}


def place_of(name: str) -> Place | None:
    """The city that people call so, in any spelling that folding makes one."""
    return _by_name().get(_bare(name))


def _bare(name: str) -> str:
    folded = fold(name.replace("-", " ").replace("'", ""))
    return " ".join(folded.split()).removeprefix("مدينه ")
