"""Countries and languages by name, so that a hint can give the code of whatever else was written."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache

_COUNTRIES = """
ABW AW Aruba; AFG AF Afghanistan; AGO AO Angola; AIA AI Anguilla; ALA AX Åland Islands; ALB AL Albania; AND AD
Andorra; ARE AE United Arab Emirates/UAE; ARG AR Argentina; ARM AM Armenia; ASM AS American Samoa; ATA AQ Antarctica;
ATF TF French Southern Territories; ATG AG Antigua and Barbuda; AUS AU Australia; AUT AT Austria; AZE AZ Azerbaijan;
BDI BI Burundi; BEL BE Belgium; BEN BJ Benin; BES BQ Caribbean Netherlands; BFA BF Burkina Faso; BGD BD Bangladesh;
BGR BG Bulgaria; BHR BH Bahrain; BHS BS Bahamas; BIH BA Bosnia and Herzegovina/Bosnia; BLM BL Saint Barthélemy; BLR BY
Belarus; BLZ BZ Belize; BMU BM Bermuda; BOL BO Bolivia; BRA BR Brazil; BRB BB Barbados; BRN BN Brunei; BTN BT Bhutan;
BVT BV Bouvet Island; BWA BW Botswana; CAF CF Central African Republic; CAN CA Canada; CCK CC Cocos Islands; CHE CH
Switzerland; CHL CL Chile; CHN CN China/People's Republic of China; CIV CI Côte d'Ivoire/Ivory Coast; CMR CM Cameroon;
COD CD DR Congo/Democratic Republic of the Congo; COG CG Republic of the Congo/Congo; COK CK Cook Islands; COL CO
Colombia; COM KM Comoros; CPV CV Cape Verde/Cabo Verde; CRI CR Costa Rica; CUB CU Cuba; CUW CW Curaçao; CXR CX
Christmas Island; CYM KY Cayman Islands; CYP CY Cyprus; CZE CZ Czechia/Czech Republic; DEU DE Germany; DJI DJ
Djibouti; DMA DM Dominica; DNK DK Denmark; DOM DO Dominican Republic; DZA DZ Algeria; ECU EC Ecuador; EGY EG Egypt;
ERI ER Eritrea; ESH EH Western Sahara; ESP ES Spain; EST EE Estonia; ETH ET Ethiopia; FIN FI Finland; FJI FJ Fiji; FLK
FK Falkland Islands; FRA FR France; FRO FO Faroe Islands; FSM FM Micronesia; GAB GA Gabon; GBR GB United
Kingdom/UK/Great Britain/Britain/England/Scotland/Wales; GEO GE Georgia; GGY GG Guernsey; GHA GH Ghana; GIB GI
Gibraltar; GIN GN Guinea; GLP GP Guadeloupe; GMB GM Gambia; GNB GW Guinea-Bissau; GNQ GQ Equatorial Guinea; GRC GR
Greece; GRD GD Grenada; GRL GL Greenland; GTM GT Guatemala; GUF GF French Guiana; GUM GU Guam; GUY GY Guyana; HKG HK
Hong Kong; HMD HM Heard Island and McDonald Islands; HND HN Honduras; HRV HR Croatia; HTI HT Haiti; HUN HU Hungary;
IDN ID Indonesia; IMN IM Isle of Man; IND IN India; IOT IO British Indian Ocean Territory; IRL IE Ireland; IRN IR
Iran; IRQ IQ Iraq; ISL IS Iceland; ISR IL Israel; ITA IT Italy; JAM JM Jamaica; JEY JE Jersey; JOR JO Jordan; JPN JP
Japan; KAZ KZ Kazakhstan; KEN KE Kenya; KGZ KG Kyrgyzstan; KHM KH Cambodia; KIR KI Kiribati; KNA KN Saint Kitts and
Nevis; KOR KR South Korea/Republic of Korea; KWT KW Kuwait; LAO LA Laos; LBN LB Lebanon; LBR LR Liberia; LBY LY Libya;
LCA LC Saint Lucia; LIE LI Liechtenstein; LKA LK Sri Lanka; LSO LS Lesotho; LTU LT Lithuania; LUX LU Luxembourg; LVA
LV Latvia; MAC MO Macao/Macau; MAF MF Saint Martin; MAR MA Morocco; MCO MC Monaco; MDA MD Moldova; MDG MG Madagascar;
MDV MV Maldives; MEX MX Mexico; MHL MH Marshall Islands; MKD MK North Macedonia/Macedonia; MLI ML Mali; MLT MT Malta;
MMR MM Myanmar/Burma; MNE ME Montenegro; MNG MN Mongolia; MNP MP Northern Mariana Islands; MOZ MZ Mozambique; MRT MR
Mauritania; MSR MS Montserrat; MTQ MQ Martinique; MUS MU Mauritius; MWI MW Malawi; MYS MY Malaysia; MYT YT Mayotte;
NAM NA Namibia; NCL NC New Caledonia; NER NE Niger; NFK NF Norfolk Island; NGA NG Nigeria; NIC NI Nicaragua; NIU NU
Niue; NLD NL Netherlands/The Netherlands/Holland; NOR NO Norway; NPL NP Nepal; NRU NR Nauru; NZL NZ New Zealand; OMN
OM Oman; PAK PK Pakistan; PAN PA Panama; PCN PN Pitcairn Islands; PER PE Peru; PHL PH Philippines; PLW PW Palau; PNG
PG Papua New Guinea; POL PL Poland; PRI PR Puerto Rico; PRK KP North Korea/DPRK; PRT PT Portugal; PRY PY Paraguay; PSE
PS Palestine/Palestinian Territories; PYF PF French Polynesia; QAT QA Qatar; REU RE Réunion; ROU RO Romania; RUS RU
Russia; RWA RW Rwanda; SAU SA Saudi Arabia; SDN SD Sudan; SEN SN Senegal; SGP SG Singapore; SGS GS South Georgia; SHN
SH Saint Helena; SJM SJ Svalbard and Jan Mayen; SLB SB Solomon Islands; SLE SL Sierra Leone; SLV SV El Salvador; SMR
SM San Marino; SOM SO Somalia; SPM PM Saint Pierre and Miquelon; SRB RS Serbia; SSD SS South Sudan; STP ST São Tomé
and Príncipe; SUR SR Suriname; SVK SK Slovakia; SVN SI Slovenia; SWE SE Sweden; SWZ SZ Eswatini/Swaziland; SXM SX Sint
Maarten; SYC SC Seychelles; SYR SY Syria; TCA TC Turks and Caicos Islands; TCD TD Chad; TGO TG Togo; THA TH Thailand;
TJK TJ Tajikistan; TKL TK Tokelau; TKM TM Turkmenistan; TLS TL Timor-Leste/East Timor; TON TO Tonga; TTO TT Trinidad
and Tobago; TUN TN Tunisia; TUR TR Türkiye/Turkey; TUV TV Tuvalu; TWN TW Taiwan; TZA TZ Tanzania; UGA UG Uganda; UKR
UA Ukraine; UMI UM US Outlying Islands; URY UY Uruguay; USA US United States/USA/US/America/United States of America;
UZB UZ Uzbekistan; VAT VA Vatican City/Holy See/Vatican; VCT VC Saint Vincent and the Grenadines; VEN VE Venezuela;
VGB VG British Virgin Islands; VIR VI US Virgin Islands; VNM VN Vietnam; VUT VU Vanuatu; WLF WF Wallis and Futuna; WSM
WS Samoa; YEM YE Yemen; ZAF ZA South Africa; ZMB ZM Zambia; ZWE ZW Zimbabwe
"""
_LANGUAGES = """
aa Afar; ab Abkhazian; ae Avestan; af Afrikaans; ak Akan; am Amharic; an Aragonese; ar Arabic; as Assamese; av Avaric;
ay Aymara; az Azerbaijani; ba Bashkir; be Belarusian; bg Bulgarian; bi Bislama; bm Bambara; bn Bengali/Bangla; bo
Tibetan; br Breton; bs Bosnian; ca Catalan; ce Chechen; ch Chamorro; co Corsican; cr Cree; cs Czech; cu Church Slavic;
cv Chuvash; cy Welsh; da Danish; de German; dv Divehi; dz Dzongkha; ee Ewe; el Greek/Modern Greek; en English; eo
Esperanto; es Spanish; et Estonian; eu Basque; fa Persian/Farsi; ff Fula; fi Finnish; fj Fijian; fo Faroese; fr
French; fy Western Frisian; ga Irish; gd Scottish Gaelic; gl Galician; gn Guarani; gu Gujarati; gv Manx; ha Hausa; he
Hebrew; hi Hindi; ho Hiri Motu; hr Croatian; ht Haitian Creole; hu Hungarian; hy Armenian; hz Herero; ia Interlingua;
id Indonesian; ie Interlingue; ig Igbo; ii Sichuan Yi; ik Inupiaq; io Ido; is Icelandic; it Italian; iu Inuktitut; ja
Japanese; jv Javanese; ka Georgian; kg Kongo; ki Kikuyu; kj Kuanyama; kk Kazakh; kl Kalaallisut; km Khmer; kn Kannada;
ko Korean; kr Kanuri; ks Kashmiri; ku Kurdish; kv Komi; kw Cornish; ky Kyrgyz; la Latin; lb Luxembourgish; lg Ganda;
li Limburgish; ln Lingala; lo Lao; lt Lithuanian; lu Luba-Katanga; lv Latvian; mg Malagasy; mh Marshallese; mi Māori;
mk Macedonian; ml Malayalam; mn Mongolian; mr Marathi; ms Malay; mt Maltese; my Burmese; na Nauru; nb Norwegian
Bokmål/Bokmål; nd North Ndebele; ne Nepali; ng Ndonga; nl Dutch; nn Norwegian Nynorsk/Nynorsk; no Norwegian; nr South
Ndebele; nv Navajo; ny Nyanja; oc Occitan; oj Ojibwa; om Oromo; or Odia; os Ossetic; pa Punjabi; pi Pali; pl Polish;
ps Pashto; pt Portuguese; qu Quechua; rm Romansh; rn Rundi; ro Romanian; ru Russian; rw Kinyarwanda; sa Sanskrit; sc
Sardinian; sd Sindhi; se Northern Sami; sg Sango; sh Serbo-Croatian; si Sinhala; sk Slovak; sl Slovenian; sm Samoan;
sn Shona; so Somali; sq Albanian; sr Serbian; ss Swati; st Southern Sotho; su Sundanese; sv Swedish; sw Swahili; ta
Tamil; te Telugu; tg Tajik; th Thai; ti Tigrinya; tk Turkmen; tl Tagalog; tn Tswana; to Tongan; tr Turkish; ts Tsonga;
tt Tatar; tw Twi; ty Tahitian; ug Uyghur; uk Ukrainian; ur Urdu; uz Uzbek; ve Venda; vi Vietnamese; vo Volapük; wa
Walloon; wo Wolof; xh Xhosa; yi Yiddish; yo Yoruba; za Zhuang; zh Chinese/Mandarin; zu Zulu
"""
_NEAR = 0.8  # how alike two names are if one may be a misspelling of the other; difflib's ratio


def countries(words: str) -> dict[str, str]:
    """Return the countries that *words* may mean: code of three letters → name.

    Example:
        >>> countries("South Korea"), countries("kr"), countries("Korea")
        ({'KOR': 'South Korea'}, {'KOR': 'South Korea'}, {'KOR': 'South Korea', 'PRK': 'North Korea'})
    """
    return _meant(words, _COUNTRIES, 2)


def languages(words: str) -> dict[str, str]:
    """Return the languages that *words* may mean: code of two letters → name.

    Example:
        >>> languages("Korean"), languages("EN")
        ({'ko': 'Korean'}, {'en': 'English'})
    """
    return _meant(words, _LANGUAGES, 1)


@cache
def _listed(text: str, codes: int) -> dict[str, tuple[str, str]]:
    """Return the code and the first name by every code and name, in small letters."""
    found: dict[str, tuple[str, str]] = {}
    for row in " ".join(text.split()).split("; "):
        *short, names = row.split(" ", codes)
        for name in (*short, *names.split("/")):
            found[name.casefold()] = short[0], names.partition("/")[0]
    return found


def _meant(words: str, text: str, codes: int) -> dict[str, str]:
    """Return code and name of what has this code or name, else of what has these words in it, else of the nearest."""
    listed, wanted = _listed(text, codes), " ".join(words.casefold().split())
    if wanted in listed:
        return dict([listed[wanted]])
    within = dict(found for name, found in listed.items() if wanted and f" {wanted} " in f" {name} ")
    near = get_close_matches(wanted, [name for name in listed if len(name) > 3], 1, _NEAR)
    return within if 0 < len(within) <= 3 else dict(listed[name] for name in near)
