package import Text

/// Strings that break programs, for whatever is given back as it came.
///
/// Written for these tests after the kinds that the Big List of Naughty Strings collects.
package enum NaughtyStrings {
    package static let all: [WireText] = ascii + markup + controls + unicode + long

    /// Reserved words, numbers, quotes and escapes.
    package static let ascii: [WireText] = [
        "undefined", "null", "NaN", "true", "()", "-1", "0x0", "1e400", "9223372036854775808", "1/0", "+", "++", "%",
        "%%", "%2", "%zz", "%25", "%2561", "%00", "&", "&&", "a=b&c=d", "=", ";", "#", "?", "a b", " leading",
        "trailing ", "'", "\"", "\\", "\\\\", "'; DROP TABLE code; --", "$(touch /tmp/x)", "`id`", "{{state}}",
        "${jndi:ldap://x}", "../../../../etc/passwd", "..\\..\\x", "//evil.test", "https://evil.test/?a=b#c",
        "javascript:alert(1)", "~._-", "!*'();:@&=+$,/?#[]", "<>|^{}",
    ]

    package static let markup: [WireText] = [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "</textarea><svg/onload=alert(1)>",
        "<!-- -->", "]]>", "&lt;&amp;&#39;", "' onmouseover='alert(1)",
    ]

    package static let controls: [WireText] = [
        "\r\nSet-Cookie: a=b", "\n", "\r", "\t", "\u{0}", "a\u{0}b", "\u{1}\u{2}\u{3}\u{1B}[31m", "\u{7F}", "\u{85}",
        "\u{2028}", "\u{2029}",
    ]

    package static let unicode: [WireText] = [
        "\u{E9}", "e\u{301}", "\u{212A}", "\u{FB01}", "\u{FF0E}", "\u{5560}\u{560A}", "田中さんにあげて下さい",
        "الكل في المجمو عة", "\u{202E}test\u{202C}", "\u{2066}a\u{2069}", "\u{FEFF}bom", "a\u{200B}b", "👩‍👩‍👧‍👦", "🇪🇺🇬🇧",
        "Z\u{351}\u{36B}\u{343}a\u{31B}\u{34E}l\u{336}g\u{489}o", "\u{FFFD}", "\u{FFFF}", "\u{10FFFF}", "ﷺ",
        "İıſ", "<\u{301}script>", "\"\u{20E3}", "٣",
    ]

    package static let long: [WireText] = [
        WireText(String(repeating: "x", count: 1_000)),
        WireText(String(repeating: "%", count: 500)),
        WireText(String(repeating: "\u{1F469}", count: 250)),
    ]
}
