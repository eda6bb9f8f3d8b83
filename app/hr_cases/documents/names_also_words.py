"""Words of English that are names as well, and how its words begin: what a mask over names must leave alone."""

FIRST_NAMES_ALSO_WORDS = frozenset(
    {
        "angel", "april", "art", "august", "autumn", "bill", "bob", "carol", "chance", "charity", "chase",
        "christian", "dawn", "dean", "drew", "earl", "faith", "frank", "gene", "grace", "grant", "guy", "harmony",
        "heath", "heather", "holly", "hope", "iris", "ivy", "jack", "joy", "june", "king", "lance", "lily", "mark",
        "may", "merit", "miles", "olive", "pat", "patience", "pearl", "penny", "peter", "pierce", "poppy", "prudence",
        "ray", "reed", "rich", "rob", "robin", "rose", "ruby", "rusty", "sky", "skip", "sonny", "summer", "sue",
        "ted", "terry", "tiger", "trinity", "victor", "violet", "will", "wade",
    }
)  # fmt: skip
"""First names that are words as well: alone they are masked only where they are written as a name."""

SURNAMES_ALSO_WORDS = frozenset(
    {
        "baker", "banks", "bell", "best", "bird", "bishop", "black", "bond", "book", "booth", "brook", "brooks", "brown",
        "burns", "bush", "butler", "carpenter", "carter", "chambers", "church", "clark", "clay", "cook", "cooper", "cross",
        "day", "dean", "field", "fields", "fisher", "ford", "forest", "fox", "french", "frost", "gardener", "gardner",
        "glass", "gold", "good", "gray", "green", "grey", "hall", "hand", "hands", "hardy", "hart", "head", "hill", "holmes",
        "hope", "hunt", "hunter", "judge", "kent", "key", "keys", "king", "knight", "lake", "lane", "law", "lincoln",
        "little", "long", "love", "major", "march", "marsh", "mason", "may", "miller", "mills", "moon", "moor",
        "moore", "more", "north", "page", "park", "parks", "parker", "peace", "piper", "pool", "poole", "pope", "porter",
        "post", "potter", "power", "price", "read", "reader", "reading", "reporter", "rich", "rivers", "rose", "sharp",
        "shepherd", "short", "singer", "small", "smart", "snow", "south", "spring", "stone", "street", "strong", "summers",
        "swift", "taylor", "town", "turner", "wall", "walker", "ward", "waters", "webb", "wells", "west", "white", "wild",
        "winter", "wise", "wood", "woods", "worth", "young",
    }
)  # fmt: skip
"""Surnames that are words as well: alone they are masked only where they are written as a name."""

ONSETS = frozenset(
    {
        "bl", "br", "ch", "chr", "cl", "cr", "dr", "dw", "fl", "fr", "gh", "gl", "gn", "gr", "kn", "ph", "phr", "pl", "pr",
        "ps", "qu", "rh", "sc", "sch", "scr", "sh", "shr", "sk", "sl", "sm", "sn", "sp", "spl", "spr", "squ", "st", "str",
        "sw", "th", "thr", "tr", "tw", "wh", "wr",
    }
)  # fmt: skip
"""With which consonants, where it is not one alone, an ordinary word may begin."""

PARTICLES = frozenset({"al", "ap", "ben", "bin", "da", "de", "del", "della", "den", "der", "di", "do", "dos", "du", "el",
                        "la", "le", "st", "ter", "van", "von", "y"})  # fmt: skip
"""Words that begin a surname and mean nobody alone."""
