//! What tag, class, id and role say about an element: does it hold the text, or stand around it?

use scraper::node::Element;

/// What an element's names claim; whether they are believed depends on what it holds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Names {
    /// Menus, sharing, related stories, newsletters: around a text.
    pub(super) surrounds: bool,
    /// Questions about cookies.
    pub(super) consent: bool,
    /// Dialogs, paywalls: over a text.
    pub(super) intrudes: bool,
    /// What readers wrote below.
    pub(super) comments: bool,
    /// One contribution to a discussion.
    pub(super) post: bool,
    /// Who wrote it and when.
    pub(super) byline: bool,
    /// The paragraph that opens a text.
    pub(super) lead: bool,
    /// The text itself, as the makers of sites call it.
    pub(super) body: bool,
    /// The main part of the page.
    pub(super) main: bool,
    /// A part that is shown when asked for, such as a tab.
    pub(super) unfolds: bool,
}

/// Elements that never hold a text.
const NEVER: &[&str] = &[
    "audio",
    "canvas",
    "datalist",
    "dialog",
    "embed",
    "figcaption",
    "head",
    "iframe",
    "img",
    "input",
    "link",
    "map",
    "math",
    "menu",
    "meta",
    "nav",
    "noscript",
    "object",
    "script",
    "select",
    "style",
    "svg",
    "template",
    "textarea",
    "video",
];
const ROLES: &[&str] = &[
    "alert",
    "alertdialog",
    "banner",
    "complementary",
    "contentinfo",
    "dialog",
    "menu",
    "menubar",
    "navigation",
    "search",
    "toolbar",
    "tooltip",
];
const SURROUNDS: &[&str] = &[
    "addthis",
    "addtoany",
    "ads",
    "adsbygoogle",
    "advert",
    "advertisement",
    "advertising",
    "annons",
    "aside",
    "authorbio",
    "badges",
    "breadcrumb",
    "breadcrumbs",
    "brodsmulor",
    "byline",
    "bildtekst",
    "bildtext",
    "billedtekst",
    "caption",
    "captions",
    "catlinks",
    "copyright",
    "dela",
    "delning",
    "disclaimer",
    "donate",
    "editsection",
    "facebook",
    "feedback",
    "flyout",
    "footer",
    "hatnote",
    "gallery",
    "headerlink",
    "jumpbox",
    "jumplink",
    "likes",
    "kakor",
    "lightbox",
    "linenos",
    "linkbox",
    "login",
    "masthead",
    "megamenu",
    "menu",
    "meny",
    "metadata",
    "mostread",
    "nav",
    "navbar",
    "navbox",
    "navigation",
    "navmenu",
    "newsletter",
    "noprint",
    "nyhetsbrev",
    "offcanvas",
    "outbrain",
    "pager",
    "pagination",
    "paging",
    "permalink",
    "pinterest",
    "popularposts",
    "postmeta",
    "prenumerera",
    "print",
    "printfooter",
    "promo",
    "promotion",
    "puff",
    "puffar",
    "rating",
    "readmore",
    "recirc",
    "recirculation",
    "recommend",
    "recommendation",
    "recommendations",
    "recommended",
    "related",
    "relaterad",
    "relaterade",
    "relaterat",
    "relatert",
    "relaterte",
    "rss",
    "search",
    "share",
    "sharebar",
    "sharedaddy",
    "sharethis",
    "sharing",
    "sidebar",
    "sidebars",
    "sidef\u{e4}lt",
    "signature",
    "signup",
    "sitemap",
    "skip",
    "skiplink",
    "slideshow",
    "videoplayer",
    "skiplinks",
    "sku",
    "skyscraper",
    "social",
    "some",
    "sponsor",
    "sponsored",
    "sponsors",
    "subscribe",
    "subscription",
    "suggested",
    "suggestions",
    "taboola",
    "tagcloud",
    "taglist",
    "tags",
    "teaser",
    "teasers",
    "toc",
    "toolbar",
    "topbar",
    "trending",
    "votecell",
    "votes",
    "voting",
    "whatsapp",
];
/// Beginnings of words that are written together: "sharebuttons", "relatedlinks".
const SURROUNDS_FROM: &[&str] = &[
    "breadcrumb",
    "jumpto",
    "mostpopular",
    "mostread",
    "navig",
    "newsletter",
    "nyhetsbrev",
    "outbrain",
    "pagination",
    "recommend",
    "related",
    "relater",
    "sharebutton",
    "sharelink",
    "sharetool",
    "sidebar",
    "socialicon",
    "sociallink",
    "socialmedia",
    "socialshare",
    "sponsor",
    "subscri",
    "taboola",
    "trending",
];
const SURROUNDS_PAIRS: &[(&str, &str)] = &[
    ("action", "bar"),
    ("online", "list"),
    ("product", "meta"),
    ("stat", "block"),
    ("user", "info"),
    ("about", "author"),
    ("also", "like"),
    ("also", "read"),
    ("article", "footer"),
    ("article", "links"),
    ("article", "tags"),
    ("article", "tools"),
    ("author", "bio"),
    ("author", "box"),
    ("author", "card"),
    ("author", "info"),
    ("author", "profile"),
    ("back", "top"),
    ("call", "action"),
    ("cross", "sell"),
    ("edit", "link"),
    ("edit", "page"),
    ("edit", "section"),
    ("entry", "footer"),
    ("entry", "meta"),
    ("follow", "us"),
    ("in", "article"),
    ("jump", "link"),
    ("last", "updated"),
    ("latest", "news"),
    ("latest", "posts"),
    ("more", "articles"),
    ("more", "from"),
    ("more", "in"),
    ("more", "like"),
    ("more", "news"),
    ("more", "on"),
    ("more", "posts"),
    ("more", "stories"),
    ("most", "popular"),
    ("most", "read"),
    ("next", "article"),
    ("next", "post"),
    ("next", "prev"),
    ("on", "page"),
    ("page", "nav"),
    ("post", "actions"),
    ("post", "footer"),
    ("post", "meta"),
    ("post", "nav"),
    ("post", "tags"),
    ("prev", "next"),
    ("previous", "next"),
    ("read", "more"),
    ("read", "next"),
    ("recent", "posts"),
    ("recently", "viewed"),
    ("screen", "reader"),
    ("sr", "only"),
    ("see", "also"),
    ("side", "bar"),
    ("side", "nav"),
    ("sign", "up"),
    ("site", "header"),
    ("table", "contents"),
    ("top", "bar"),
    ("top", "stories"),
    ("up", "next"),
    ("visually", "hidden"),
    ("widget", "area"),
    ("you", "may"),
    ("you", "might"),
    ("las", "mer"),
    ("mest", "last"),
    ("mest", "l\u{e4}st"),
    ("page", "tools"),
    ("article", "meta"),
    ("line", "numbers"),
    ("hash", "link"),
    ("anchor", "link"),
];
const CONSENT: &[&str] = &[
    "consent",
    "cookie",
    "cookiebanner",
    "cookieconsent",
    "cookies",
    "cybotcookiebot",
    "gdpr",
    "kakbanner",
    "kakor",
    "onetrust",
];
const INTRUDES: &[&str] =
    &["banneralert", "paywall", "modal", "overlay", "popin", "popup", "regwall"];
const COMMENTS: &[&str] = &[
    "commentaren",
    "commentarea",
    "commentlist",
    "comments",
    "disqus",
    "kommentar",
    "kommentarer",
    "reactions",
    "replies",
    "respond",
    "responses",
    "reviews",
];
const POSTS: &[&str] = &[
    "answer",
    "comment",
    "message",
    "post",
    "postbody",
    "question",
    "reply",
    "topic",
    "inl\u{e4}gg",
];
const BYLINES: &[&str] = &[
    "author",
    "authors",
    "byline",
    "bylines",
    "credit",
    "credits",
    "date",
    "dateline",
    "datetime",
    "dato",
    "datum",
    "posted",
    "postedon",
    "postprofile",
    "publicerad",
    "published",
    "pubdate",
    "readtime",
    "timestamp",
    "userinfo",
    "username",
];
const LEADS: &[&str] = &[
    "deck",
    "dek",
    "excerpt",
    "ingress",
    "intro",
    "introduction",
    "kicker",
    "lead",
    "lede",
    "manchet",
    "preamble",
    "standfirst",
    "strapline",
    "subheadline",
    "subheading",
    "subtitle",
    "summary",
];
const BODIES: &[&str] = &[
    "articlebody",
    "articlecontent",
    "articletext",
    "artikeltext",
    "blogcontent",
    "bodycopy",
    "bodytext",
    "brodtext",
    "br\u{f6}dtext",
    "entrycontent",
    "mainbodytext",
    "meteredcontent",
    "newsbody",
    "newstext",
    "postbody",
    "postcontent",
    "storybody",
    "storycontent",
    "storytext",
    "wysiwyg",
];
const BODY_FIRSTS: &[&str] = &[
    "article", "artikel", "blog", "entry", "name", "news", "page", "post", "single", "story",
    "text",
];
const BODY_SECONDS: &[&str] = &["body", "bodytext", "content", "contents", "copy", "text"];
const BODY_PAIRS: &[(&str, &str)] = &[
    ("available", "content"),
    ("body", "copy"),
    ("body", "markup"),
    ("body", "text"),
    ("caas", "body"),
    ("markdown", "body"),
    ("parser", "output"),
    ("story", "paragraphs"),
    ("article", "main"),
    ("main", "text"),
    ("main", "body"),
    ("rich", "text"),
];
const MAINS: &[&str] = &[
    "content",
    "contents",
    "hovedinnhold",
    "huvudinnehall",
    "indhold",
    "innehall",
    "main",
    "maincontent",
    "pagecontent",
    "primary",
    "sisalto",
];
const UNFOLDS: &[&str] = &[
    "accordion",
    "collapse",
    "collapsible",
    "expandable",
    "expander",
    "faq",
    "panel",
    "tab",
    "tabcontent",
    "tabpanel",
    "tabs",
];
/// What a page has or lacks is said on its outermost elements, and names nothing.
const DENIED_BY: &[&str] = &["has", "hide", "is", "js", "no", "show", "with", "without"];

/// Whether an element never holds a text, whatever its names.
pub(super) fn is_never(element: &Element) -> bool {
    NEVER.contains(&element.name())
}

/// Whether an element is not shown, and no part that only waits for a click.
pub(super) fn is_hidden(element: &Element, names: Names) -> bool {
    let style = || {
        let style = element.attr("style").unwrap_or_default().replace(' ', "");
        style.contains("display:none") || style.contains("visibility:hidden")
    };
    let hidden =
        element.attr("hidden").is_some() || element.attr("aria-hidden") == Some("true") || style();
    hidden && !names.unfolds && !matches!(element.attr("role"), Some("tabpanel" | "region"))
}

impl Names {
    pub(super) fn of(element: &Element) -> Names {
        let mut names = Names::default();
        // What generates hundreds of classes gives none of them a meaning.
        let classes = element.attr("class").unwrap_or_default().split_ascii_whitespace().take(30);
        let is_section =
            element.name() == "section" || classes.clone().any(|class| class == "section");
        classes.for_each(|class| names.read(class));
        // Manuals make the ids of sections from their headings: "sharing-with-others".
        if let Some(id) = element.attr("id").filter(|_| !is_section && !is_heading(element)) {
            names.read(id);
        }
        match element.name() {
            "article" => names.main = true,
            "main" => names.main = true,
            "aside" | "footer" => names.surrounds = true,
            _ => {}
        }
        if let Some(role) = element.attr("role") {
            names.main |= matches!(role, "main" | "article");
            names.surrounds |= ROLES.contains(&role);
        }
        if let Some(property) = element.attr("itemprop") {
            names.body |= matches!(property, "articleBody" | "reviewBody" | "text");
            names.byline |= matches!(property, "author" | "datePublished" | "dateModified");
        }
        if is_note(element) {
            names.surrounds = false;
        }
        names
    }

    /// Takes in one class or id: "cookieBanner" is two words.
    fn read(&mut self, name: &str) {
        // With a colon, it tells when a style applies.
        if name.len() > 60 || name.contains(':') || name.matches(['-', '_']).count() > 6 {
            return;
        }
        let mut lower = String::with_capacity(name.len() + 8);
        let mut was_lower = false;
        for c in name.chars() {
            if c.is_uppercase() && was_lower {
                lower.push('-');
            }
            was_lower = c.is_lowercase();
            lower.extend(c.to_lowercase());
        }
        let mut last = "";
        for word in lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
            if !DENIED_BY.contains(&last) {
                self.read_word(last, word);
            }
            last = word;
        }
    }

    fn read_word(&mut self, last: &str, word: &str) {
        let has = |list: &[&str]| list.contains(&word);
        let pair = (last, word);
        self.consent |= has(CONSENT);
        self.intrudes |= has(INTRUDES);
        self.comments |= has(COMMENTS)
            || matches!(
                pair,
                (
                    "comment",
                    "area"
                        | "block"
                        | "box"
                        | "container"
                        | "form"
                        | "list"
                        | "section"
                        | "thread"
                        | "wrapper"
                )
            );
        self.post |= has(POSTS);
        self.byline |= has(BYLINES);
        self.lead |= has(LEADS);
        self.unfolds |= has(UNFOLDS);
        self.body |= has(BODIES)
            || (BODY_FIRSTS.contains(&last) && BODY_SECONDS.contains(&word))
            || BODY_PAIRS.contains(&pair);
        self.main |= has(MAINS);
        self.surrounds |= has(SURROUNDS)
            || SURROUNDS_PAIRS.contains(&pair)
            || SURROUNDS_FROM.iter().any(|start| word.starts_with(start));
    }
}

fn is_heading(element: &Element) -> bool {
    super::outline::heading_level(element.name()).is_some()
}

/// Manuals put their warnings in what elsewhere are boxes beside the text.
fn is_note(element: &Element) -> bool {
    let class = element.attr("class").unwrap_or_default();
    ["admonition", "callout", "footnote", "notecard", "starlight-aside", "topic"]
        .iter()
        .any(|name| class.contains(name))
}
