"""How people and programs write states and countries, beside the codes and names that Odoo has."""

import re
import unicodedata

#: What may stand before the name of a country: of what kind it is.
_KIND_OF_COUNTRY = re.compile(
    r"^(?:[\w'’]+ )*(?:republic|kingdom|states|sultanate|principality|commonwealth|duchy) of "
)

#: What may stand around the name of a state.
_AROUND = re.compile(r"^(?:state|ut|union territory) of |(?: state| ut)$")

#: Letters with a stroke or without a dot, which Unicode does not take apart.
_LETTERS = str.maketrans({"ı": "i", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe"})

#: Of each Indian state or union territory: the two digits that begin its GSTINs, the codes of
#: ISO 3166-2 and of number plates, present and former, and usual spellings. Spaces, capitals,
#: accents, punctuation, and "&" for "and" make no difference.
INDIA = (
    "35|AN|Andaman and Nicobar|Andaman and Nicobar Islands|Andaman Nicobar"
    "|Andaman Nicobar Islands|Andaman Islands|A and N Islands",
    "37|28|AP|AD|Andhra Pradesh|Andhra|Andhra Pradesh New",
    "12|AR|Arunachal Pradesh|Arunachal",
    "18|AS|Assam|Asom",
    "10|BR|BH|Bihar",
    "04|CH|Chandigarh|Chandigadh",
    "22|CG|CT|Chhattisgarh|Chattisgarh|Chhatisgarh|Chatisgarh|Chhattisgadh|Chattishgarh",
    "26|DN|DH|DNH|DNHDD|Dadra and Nagar Haveli|Dadra Nagar Haveli|D and NH"
    "|Dadra and Nagar Haveli and Daman and Diu|Dadra Nagar Haveli and Daman Diu"
    "|Dadra and Nagar Haveli Daman and Diu|Dadra Nagar Haveli Daman Diu",
    "25|DD|Daman and Diu|Daman Diu",
    "07|DL|Delhi|New Delhi|NCT|NCT of Delhi|NCT Delhi|Delhi NCT|Delhi NCR"
    "|National Capital Territory of Delhi|National Capital Territory",
    "30|GA|Goa",
    "24|GJ|Gujarat|Gujrat|Gujarath",
    "06|HR|Haryana|Hariyana",
    "02|HP|Himachal Pradesh|Himachal",
    "01|JK|Jammu and Kashmir|Jammu Kashmir|J and K",
    "20|JH|Jharkhand|Jharkand",
    "29|KA|KN|Karnataka|Karnatak|Karnatka|Mysore",
    "32|KL|Kerala|Keralam|Kerela",
    "38|LA|Ladakh|Ladhak",
    "31|LD|Lakshadweep|Lakshadweep Islands|Lakshdweep|Laccadive Minicoy and Amindivi Islands",
    "23|MP|Madhya Pradesh|Madya Pradesh",
    "27|MH|MS|Maharashtra|Maharastra",
    "14|MN|Manipur",
    "17|ML|Meghalaya",
    "15|MZ|Mizoram",
    "13|NL|Nagaland",
    "21|OD|OR|Odisha|Orissa|Odissa",
    "34|PY|Puducherry|Pondicherry|Pondichery|Puduchery",
    "03|PB|Punjab|Panjab",
    "08|RJ|Rajasthan|Rajastan",
    "11|SK|Sikkim",
    "33|TN|Tamil Nadu|Tamilnad|Madras",
    "36|TS|TG|Telangana|Telengana",
    "16|TR|Tripura",
    "09|UP|Uttar Pradesh|United Provinces",
    "05|UK|UT|UA|Uttarakhand|Uttaranchal|Uttrakhand|Uttarkhand|Uttarakand",
    "19|WB|West Bengal|W Bengal|Paschim Banga|Paschimbanga|Bengal",
)

#: Names of countries that neither Odoo nor CLDR has.
COUNTRIES = {
    "bharat": "IN", "hindustan": "IN", "republicofindia": "IN",
    "unitedstatesofamerica": "US", "america": "US",
    "greatbritain": "GB", "britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB",
    "northernireland": "GB", "uae": "AE", "emirates": "AE", "thenetherlands": "NL",
    "holland": "NL", "ivorycoast": "CI", "burma": "MM", "turkiye": "TR", "turkey": "TR",
    "republicofkorea": "KR", "peoplesrepublicofchina": "CN",
    "czechrepublic": "CZ", "russianfederation": "RU", "swaziland": "SZ", "el": "GR",
    "republicofchina": "TW", "provinceofchinataiwan": "TW", "mainlandchina": "CN",
    "democraticpeoplesrepublicofkorea": "KP", "democraticrepublicofcongo": "CD", "drcongo": "CD",
    "unitedkingdomofgreatbritainandnorthernireland": "GB", "plurinationalstateofbolivia": "BO",
    "caboverde": "CV", "malvinas": "FK", "holysee": "VA", "hongkongsar": "HK", "macao": "MO",
    "laopeoplesdemocraticrepublic": "LA", "macedonia": "MK", "palestine": "PS",
    "syrianarabrepublic": "SY", "easttimor": "TL", "kyrgyzrepublic": "KG", "pitcairn": "PN",
    "slovakrepublic": "SK", "ksa": "SA", "congo": "CG", "saintvincentandgrenadines": "VC",
}


def plain(text):
    """A name without what people write in one way or another: letters and digits alone."""
    text = unicodedata.normalize("NFKD", text.replace("&", " and ")).casefold()
    return re.sub(r"[\W_\u0300-\u036f]", "", text.translate(_LETTERS))


def without_the(text):
    return re.sub(r"\bthe\b", " ", text.casefold())


def without_kind_of_country(text):
    """The name of a country without what it is: a republic, a kingdom, …"""
    return _KIND_OF_COUNTRY.sub("", " ".join(text.casefold().split()))


def without_kind(text):
    """The name of a state without the word that says that it is one."""
    return _AROUND.sub("", " ".join(text.casefold().split()))


def usual_spellings(country_code):
    """Sets of spellings, each of one state, as ``plain`` makes them."""
    return _INDIA if country_code == "IN" else ()


_INDIA = [{plain(spelling) for spelling in state.split("|")} for state in INDIA]
# a table program drops the zero
for _spellings in _INDIA:
    _spellings.update([number[1] for number in _spellings if re.fullmatch("0[1-9]", number)])
