"""ISO 4217 currencies in use: code, symbol, decimals, Arabic name, English name.

Decimals are those of ISO 4217; CLDR counts fewer for some (IQD) because cash is rarer than figures.
"""

from dataclasses import dataclass

_TABLE = """
AED|د.إ|2|درهم إماراتي|United Arab Emirates Dirham
AFN|AFN|2|أفغاني|Afghan Afghani
ALL|ALL|2|ليك ألباني|Albanian Lek
AMD|֏|2|درام أرميني|Armenian Dram
AOA|AOA|2|كوانزا أنغولي|Angolan Kwanza
ARS|ARS|2|بيزو أرجنتيني|Argentine Peso
AUD|A$|2|دولار أسترالي|Australian Dollar
AWG|AWG|2|فلورن أروبي|Aruban Florin
AZN|₼|2|مانات أذربيجان|Azerbaijani Manat
BAM|BAM|2|مارك بوسني قابل للتحويل|Bosnia-Herzegovina Convertible Mark
BBD|BBD|2|دولار بربادوسي|Barbadian Dollar
BDT|৳|2|تاكا بنغلاديشي|Bangladeshi Taka
BHD|د.ب|3|دينار بحريني|Bahraini Dinar
BIF|BIF|0|فرنك بروندي|Burundian Franc
BMD|BMD|2|دولار برمودي|Bermudan Dollar
BND|BND|2|دولار بروناي|Brunei Dollar
BOB|BOB|2|بوليفيانو بوليفي|Bolivian Boliviano
BRL|R$|2|ريال برازيلي|Brazilian Real
BSD|BSD|2|دولار باهامي|Bahamian Dollar
BTN|BTN|2|نولتوم بوتاني|Bhutanese Ngultrum
BWP|BWP|2|بولا بتسواني|Botswanan Pula
BYN|BYN|2|روبل بيلاروسي|Belarusian Ruble
BZD|BZD|2|دولار بليزي|Belize Dollar
CAD|CA$|2|دولار كندي|Canadian Dollar
CDF|CDF|2|فرنك كونغولي|Congolese Franc
CHF|CHF|2|فرنك سويسري|Swiss Franc
CLP|CLP|0|بيزو تشيلي|Chilean Peso
CNY|CN¥|2|يوان صيني|Chinese Yuan
COP|COP|2|بيزو كولومبي|Colombian Peso
CRC|₡|2|كولن كوستاريكي|Costa Rican Colón
CUP|CUP|2|بيزو كوبي|Cuban Peso
CVE|CVE|2|اسكودو الرأس الأخضر|Cape Verdean Escudo
CZK|Kč|2|كرونة تشيكية|Czech Koruna
DJF|ف.ج|0|فرنك جيبوتي|Djiboutian Franc
DKK|DKK|2|كرونة دنماركية|Danish Krone
DOP|DOP|2|بيزو الدومنيكان|Dominican Peso
DZD|د.ج|2|دينار جزائري|Algerian Dinar
EGP|ج.م|2|جنيه مصري|Egyptian Pound
ERN|ERN|2|ناكفا أريتري|Eritrean Nakfa
ETB|ETB|2|بير أثيوبي|Ethiopian Birr
EUR|€|2|يورو|Euro
FJD|FJD|2|دولار فيجي|Fijian Dollar
FKP|FKP|2|جنيه جزر فوكلاند|Falkland Islands Pound
GBP|£|2|جنيه إسترليني|British Pound
GEL|₾|2|لاري جورجي|Georgian Lari
GHS|GH₵|2|سيدي غانا|Ghanaian Cedi
GIP|GIP|2|جنيه جبل طارق|Gibraltar Pound
GMD|GMD|2|دلاسي غامبي|Gambian Dalasi
GNF|GNF|0|فرنك غينيا|Guinean Franc
GTQ|GTQ|2|كوتزال غواتيمالا|Guatemalan Quetzal
GYD|GYD|2|دولار غيانا|Guyanaese Dollar
HKD|HK$|2|دولار هونغ كونغ|Hong Kong Dollar
HNL|HNL|2|ليمبيرا هنداروس|Honduran Lempira
HTG|HTG|2|غورد هايتي|Haitian Gourde
HUF|Ft|2|فورينت هنغاري|Hungarian Forint
IDR|IDR|2|روبية إندونيسية|Indonesian Rupiah
ILS|₪|2|شيكل إسرائيلي جديد|Israeli New Shekel
INR|₹|2|روبية هندية|Indian Rupee
IQD|د.ع|3|دينار عراقي|Iraqi Dinar
IRR|IRR|2|ريال إيراني|Iranian Rial
ISK|ISK|0|كرونة أيسلندية|Icelandic Króna
JMD|JMD|2|دولار جامايكي|Jamaican Dollar
JOD|د.أ|3|دينار أردني|Jordanian Dinar
JPY|¥|0|ين ياباني|Japanese Yen
KES|KES|2|شلن كينيي|Kenyan Shilling
KGS|KGS|2|سوم قيرغستاني|Kyrgystani Som
KHR|KHR|2|رييال كمبودي|Cambodian Riel
KMF|ف.ق|0|فرنك جزر القمر|Comorian Franc
KPW|KPW|2|وون كوريا الشمالية|North Korean Won
KRW|₩|0|وون كوريا الجنوبية|South Korean Won
KWD|د.ك|3|دينار كويتي|Kuwaiti Dinar
KYD|KYD|2|دولار جزر كيمن|Cayman Islands Dollar
KZT|₸|2|تينغ كازاخستاني|Kazakhstani Tenge
LAK|₭|2|كيب لاوسي|Laotian Kip
LBP|ل.ل|2|ليرة لبنانية|Lebanese Pound
LKR|LKR|2|روبية سريلانكية|Sri Lankan Rupee
LRD|LRD|2|دولار ليبيري|Liberian Dollar
LSL|LSL|2|لوتي ليسوتو|Lesotho Loti
LYD|د.ل|3|دينار ليبي|Libyan Dinar
MAD|د.م|2|درهم مغربي|Moroccan Dirham
MDL|MDL|2|ليو مولدوفي|Moldovan Leu
MGA|MGA|2|أرياري مدغشقر|Malagasy Ariary
MKD|MKD|2|دينار مقدوني|Macedonian Denar
MMK|MMK|2|كيات ميانمار|Myanmar Kyat
MNT|₮|2|توغروغ منغولي|Mongolian Tugrik
MOP|MOP|2|باتاكا ماكاوي|Macanese Pataca
MRU|أ.م|2|أوقية موريتانية|Mauritanian Ouguiya
MUR|MUR|2|روبية موريشيوسية|Mauritian Rupee
MVR|MVR|2|روفيه جزر المالديف|Maldivian Rufiyaa
MWK|MWK|2|كواشا مالاوي|Malawian Kwacha
MXN|MX$|2|بيزو مكسيكي|Mexican Peso
MYR|MYR|2|رينغيت ماليزي|Malaysian Ringgit
MZN|MZN|2|متكال موزمبيقي|Mozambican Metical
NAD|NAD|2|دولار ناميبي|Namibian Dollar
NGN|₦|2|نايرا نيجيري|Nigerian Naira
NIO|NIO|2|قرطبة نيكاراغوا|Nicaraguan Córdoba
NOK|NOK|2|كرونة نرويجية|Norwegian Krone
NPR|NPR|2|روبية نيبالي|Nepalese Rupee
NZD|NZ$|2|دولار نيوزيلندي|New Zealand Dollar
OMR|ر.ع|3|ريال عُماني|Omani Rial
PAB|PAB|2|بالبوا بنمي|Panamanian Balboa
PEN|PEN|2|سول بيروفي|Peruvian Sol
PGK|PGK|2|كينا بابوا غينيا الجديدة|Papua New Guinean Kina
PHP|₱|2|بيزو فلبيني|Philippine Peso
PKR|PKR|2|روبية باكستانية|Pakistani Rupee
PLN|zł|2|زلوتي بولندي|Polish Zloty
PYG|₲|0|غواراني باراغواي|Paraguayan Guarani
QAR|ر.ق|2|ريال قطري|Qatari Riyal
RON|RON|2|ليو روماني|Romanian Leu
RSD|RSD|2|دينار صربي|Serbian Dinar
RUB|₽|2|روبل روسي|Russian Ruble
RWF|RWF|0|فرنك رواندي|Rwandan Franc
SAR|⃁|2|ريال سعودي|Saudi Riyal
SBD|SBD|2|دولار جزر سليمان|Solomon Islands Dollar
SCR|SCR|2|روبية سيشيلية|Seychellois Rupee
SDG|ج.س|2|جنيه سوداني|Sudanese Pound
SEK|SEK|2|كرونة سويدية|Swedish Krona
SGD|S$|2|دولار سنغافوري|Singapore Dollar
SHP|SHP|2|جنيه سانت هيلين|St. Helena Pound
SLE|SLE|2|ليون سيراليوني|Sierra Leonean Leone
SOS|ش.ص|2|شلن صومالي|Somali Shilling
SRD|SRD|2|دولار سورينامي|Surinamese Dollar
SSP|SSP|2|جنيه جنوب السودان|South Sudanese Pound
STN|STN|2|دوبرا ساو تومي وبرينسيبي|São Tomé & Príncipe Dobra
SYP|ل.س|2|ليرة سورية|Syrian Pound
SZL|SZL|2|ليلانجيني سوازيلندي|Swazi Lilangeni
THB|฿|2|باخت تايلاندي|Thai Baht
TJS|TJS|2|سوموني طاجيكستاني|Tajikistani Somoni
TMT|TMT|2|مانات تركمانستان|Turkmenistani Manat
TND|د.ت|3|دينار تونسي|Tunisian Dinar
TOP|TOP|2|بانغا تونغا|Tongan Paʻanga
TRY|₺|2|ليرة تركية|Turkish Lira
TTD|TTD|2|دولار ترينداد وتوباغو|Trinidad & Tobago Dollar
TWD|NT$|2|دولار تايواني|New Taiwan Dollar
TZS|TZS|2|شلن تنزاني|Tanzanian Shilling
UAH|₴|2|هريفنيا أوكراني|Ukrainian Hryvnia
UGX|UGX|0|شلن أوغندي|Ugandan Shilling
USD|$|2|دولار أمريكي|US Dollar
UYU|UYU|2|بيزو اوروغواي|Uruguayan Peso
UZS|UZS|2|سوم أوزبكستاني|Uzbekistani Som
VES|VES|2|بوليفار فنزويلي|Venezuelan Bolívar
VND|₫|0|دونج فيتنامي|Vietnamese Dong
VUV|VUV|0|فاتو فانواتو|Vanuatu Vatu
WST|WST|2|تالا ساموا|Samoan Tala
XAF|XAF|0|فرنك وسط أفريقي|Central African CFA Franc
XCD|XCD|2|دولار شرق الكاريبي|East Caribbean Dollar
XCG|XCG|2|غيلدر كاريبي|Caribbean Guilder
XOF|XOF|0|فرنك غرب أفريقي|West African CFA Franc
XPF|XPF|0|فرنك سي إف بي|CFP Franc
YER|ر.ي|2|ريال يمني|Yemeni Rial
ZAR|ZAR|2|راند جنوب أفريقيا|South African Rand
ZMW|ZMW|2|كواشا زامبي|Zambian Kwacha
ZWG|ZWG|2|ذهب زيمبابوي|Zimbabwean Gold
"""


@dataclass(frozen=True, slots=True)
class Currency:
    """One ISO 4217 currency; `decimals` says how many minor units make one."""

    code: str
    symbol: str
    decimals: int
    name_ar: str
    name_en: str


def _read(table: str) -> dict[str, Currency]:
    rows = (line.split("|") for line in table.strip().splitlines())
    return {code: Currency(code, symbol, int(places), ar, en) for code, symbol, places, ar, en in rows}


CURRENCIES = _read(_TABLE)
