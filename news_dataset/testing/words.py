"""Invented words: names, and phrases that can be joined into sentences. Nothing in them happened."""

from __future__ import annotations

FAMILY = (
    "Adeyemi", "Almeida", "Andersson", "Bakshi", "Barzani", "Bianchi", "Castro", "Chevalier", "Choi", "Danjuma",
    "Diaz", "Dubois", "Eriksen", "Farouk", "Fischer", "Garcia", "Haddad", "Han", "Hoshino", "Ivanova", "Jansen",
    "Kamau", "Kanda", "Kaya", "Kowalski", "Kurosaki", "Lindqvist", "Mansour", "Marin", "Mbeki", "Moreau", "Nakata",
    "Nguyen", "Novak", "O'Brien", "Okafor", "Oyelaran", "Papadakis", "Pham", "Quispe", "Rahman", "Ricci", "Rossi",
    "Santos", "Sato", "Schmidt", "Shevchuk", "Silva", "Tanaka", "Torres", "Ueda", "Vargas", "Volkov", "Weber", "Yilmaz",
    "Zapata", "Zhou",
)  # fmt: skip
GIVEN = (
    "Ada", "Amina", "Anders", "Bruno", "Carla", "Chidi", "Daria", "Dmytro", "Elif", "Emeka", "Farida", "Goro",
    "Hana", "Ines", "Ivo", "Jun", "Karim", "Keiko", "Lars", "Leila", "Mateo", "Mina", "Nadia", "Nam", "Olga", "Omar",
    "Paula", "Quang", "Rosa", "Samir", "Sora", "Tomas", "Uma", "Viktor", "Wanjiru", "Xenia", "Yara", "Yuto", "Zofia",
)  # fmt: skip
SCRIPTS = (
    ("ko-Hang", ("한", "최", "강", "신", "윤"), ("가람", "나리", "다솔", "소라", "미르")),
    ("ja-Jpan", ("星野", "黒崎", "神田", "上田", "中田"), ("景子", "五郎", "優斗", "花", "純")),
    ("zh-Hans", ("周", "韩", "林", "高", "罗"), ("明月", "思远", "海", "晓燕", "文")),
    ("ar-Arab", ("حداد", "منصور", "فاروق", "رحمن"), ("ليلى", "كريم", "سمير", "نادية")),
    ("uk-Cyrl", ("Шевчук", "Новак", "Мельник", "Їжак"), ("Дмитро", "Ольга", "Дарія", "Юрій")),
    ("el-Grek", ("Παπαδάκης", "Νικολάου", "Μαρίνος"), ("Ξένια", "Σταύρος", "Ελένη")),
    ("he-Hebr", ("כהן", "לוי", "ברק"), ("יעל", "דוד", "נועה")),
    ("hi-Deva", ("बख्शी", "शर्मा", "वर्मा"), ("उमा", "अमित", "मीना")),
    ("th-Thai", ("สุขใจ", "ทองดี", "ศรีสุข"), ("นารี", "สมชาย", "ดาว")),
    ("es", ("Muñoz", "Ibáñez", "Núñez", "Peña"), ("José", "Íñigo", "Begoña", "Ángel")),
)
TITLES = (
    "President", "Prime Minister", "Foreign Minister", "Minister of Trade", "Mayor", "Governor", "Spokesperson",
    "Chief Executive", "Director-General", "Ambassador", "Member of Parliament", "Chair of the Committee on Fisheries",
    "Secretary of State", "Chief Negotiator", "Editor",
)  # fmt: skip
BODIES = (
    "Ministry of Harbours", "Coast Guard", "Party of the Valley", "Union of Dockers", "Northern Railways",
    "Evening Post", "Council of Islands", "Central Bank", "National Assembly", "Institute of Weather",
    "Fishers' League", "Radio Meridian", "Agency for Water", "Chamber of Commerce", "Court of Audit",
    "Association of Towns",
)  # fmt: skip
PLACES = (
    "Port", "Lake", "Fort", "New", "Upper", "Lower", "Saint", "Mount", "East", "West", "North", "South", "Old", "Grand",
)  # fmt: skip
PLACE_ENDS = (
    "Alder", "Brightwater", "Cedar", "Dunmore", "Elm", "Falcon", "Granada", "Haven", "Ítaca", "Juniper", "Kestrel",
    "Łąka", "Meridian", "Øst", "Pine", "Quarry", "Reykur", "São Bento", "Tamar", "Ürgüp", "Victoria", "Žižkov",
)  # fmt: skip
COUNTRIES = (
    "ARG", "AUS", "BRA", "CAN", "CHN", "DEU", "EGY", "ESP", "FRA", "GBR", "IDN", "IND", "ITA", "JPN", "KEN", "KOR",
    "MEX", "NGA", "POL", "THA", "TUR", "UKR", "USA", "VNM", "ZAF",
)  # fmt: skip
LANGUAGES = ("en", "en-GB", "ko-Hang", "ja-Jpan", "fr", "es-419", "de", "pt-BR", "zh-Hans", "ar-Arab", "uk-Cyrl")
SLUG_WORDS = (
    "harbour", "bridge", "water", "railway", "market", "winter", "island", "budget", "ferry", "school", "border",
    "forest", "power", "grain", "storm", "museum", "airport", "summit", "strike", "election", "river", "hospital",
)  # fmt: skip
SUBJECTS = (
    "The government of the islands", "The mayor's office", "A committee of experts", "The coast guard",
    "The two ministers", "The opposition", "The city council of São Bento", "The company that runs the ferries",
    "The fishers of Łąka", "The railway workers' union", "A court in the capital", "The foreign ministry",
    "The president", "The grid operator", "Residents of the old town", "The delegation from 東京", "The 서울 office",
    "The Київ bureau", "The organisers", "The body that oversees القاهرة airport",
)  # fmt: skip
VERBS = (
    "plans to rebuild", "has agreed to pay for", "rejects the idea of closing", "is said to have delayed",
    "wants more money for", "has promised a review of", "doubts the figures on", "expects a quick decision about",
    "will open talks on", "calls for a public hearing on", "has finished the first part of", "denies having sold",
    "has the duty to inspect", "is preparing a law on",
)  # fmt: skip
OBJECTS = (
    "the northern bridge", "the winter timetable", "a new reservoir", "the harbour wall", "the fishing quota",
    "the school in Žižkov", "the tariff on grain", "the night ferry",
    "the flood barrier", "a joint patrol of the strait", "the museum's collection", "the hospital in Ürgüp",
    "the visa rules", "the power line to the islands",
    "the “green corridor”", "a fund for naïve investors", "the treaty of 1987", 'the so-called "quiet hours"',
)  # fmt: skip
ADJUNCTS = (
    "before the end of the year", "despite the protests", "after a long delay", "without naming a date",
    "together with its neighbours", "at a cost that was not disclosed", "as part of a larger plan",
    "under pressure from the courts", "according to a draft of the plan", "for the third time",
    "if parliament agrees", "because of the storm damage", "in line with the règlement européen", "— a first 🌊 —",
)  # fmt: skip
OPENINGS = (
    "we will not wait for another winter", "this bridge belongs to everyone who crosses it",
    "I have seen the plans, and I have seen the bill", "there is no reason to close the harbour",
    "our neighbours have kept their word, and so shall we", "we need three things: time, money and patience",
    "let me be clear about the cost", "the water does not stop at the border",
    "half of it is rust, and the other ½ is paint", "we owe it to the people of São Bento",
    "those who doubted us were right to doubt", "the islands have waited long enough for light",
    "not one family will be left behind on the north shore",
    "what was agreed in the morning was forgotten by noon", "trade is not a favour that one side does the other",
    "그 다리는 건너는 모든 사람의 것이며 우리는 또 한 번의 겨울을 기다리지 않을 것입니다",
    "約束は守ります。港を閉じる理由はどこにもありません。島の人々は十分に待ちました",
)  # fmt: skip
"""How a quotation may begin: with at least thirty characters."""

CLAUSES = (
    *OPENINGS, "nobody asked us", "the figures speak for themselves", "it is a beginning", "¡ya basta!",
    "c'est déjà ça", "그것은 시작일 뿐입니다", "約束は守ります", "that is for the court to decide",
    "I would rather build than argue", "a promise is a promise", "we shall meet again in spring", "Das Maß ist voll",
    "the offer stands, and it will not be repeated",
)  # fmt: skip
CUES = (
    "say",
    "call for",
    "agree",
    "warn",
    "promise",
    "deny",
    "ask",
    "announce",
    "agree on",
    "report",
    "insist",
    "hope",
)
GROUPS = (
    "officials", "two aides", "residents", "a person familiar with the talks", "union members", "diplomats",
    "the crowd", "experts", "several ministers", "fishers",
)  # fmt: skip
DATE_TEXTS = (
    "Tuesday",
    "last Friday",
    "June 12",
    "this week",
    "on Monday",
    "earlier this month",
    "yesterday",
    "8月23日",
)
COUNTED = (
    "growth of the harbour's trade", "people who were hurt", "ships in the strait", "length of the line",
    "jobs that will be lost", "cost of the bridge", "households without power", "years until it opens",
)  # fmt: skip
UNITS = ("percent", "person", "item", "kilometre", "dollar", "year", "megawatt")
FINDINGS = (
    "Two pages that do not rest on the same report bear it out.", "The official record gives another day.",
    "The register shows the same number.", "A judgement, which no source could settle.",
    "The page was changed after it was first read; both versions agree here.",
    "The minutes name the office, not the person.", "No page says so, and none says otherwise.",
    "Only the agency's own report has it.",
)  # fmt: skip
SAYS = (
    "Gives the same day and the same place.", "Reports the meeting, without the figure.",
    "Names another speaker for the same words.", "Lists it in the annual table.", "Mentions it in passing.",
    "Shows the date of the signature.", "Background on the earlier agreement.",
)  # fmt: skip
NOTES = (
    "The page was read twice.", 'The heading says "revised"; the body does not.', "Path as given: C:\\harbour\\list.",
    "The name is spelt two ways.", "Compare the earlier report 🗂️ of the same week.",
    "Ambiguous; see the second paragraph.",
)  # fmt: skip
ANNOTATORS = ("Desk 1", "Desk 2", "Mina Ueda", "Ángel Peña")
ROLES = ("translator", "witness")
"""Parts in a statement beside the usual ones."""
