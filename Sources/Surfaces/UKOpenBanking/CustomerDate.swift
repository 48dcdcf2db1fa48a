import HTTP
import Text

/// When the customer last logged in at the third party: told to us, checked for its form, and never relied on.
enum CustomerDate {
    /// Its name up to 3.1.1.
    static let lastLogged: FieldName = "x-fapi-customer-last-logged-time"
    /// Its name since 3.1.2.
    static let authenticated: FieldName = "x-fapi-auth-date"

    /// Whether a value has the form that the API description gives, such as `Sun, 10 Sep 2017 19:43:31 UTC`.
    static func isWellFormed(_ value: WireText) -> Bool {
        let words = value.split(at: .space)
        guard words.count == 6 else { return false }
        let time = words[4].split(at: UInt8(ascii: ":"))
        return weekdays.contains(words[0]) && isNumber(words[1], digits: 2) && months.contains(words[2])
            && isNumber(words[3], digits: 4) && time.count == 3 && time.allSatisfy { isNumber($0, digits: 2) }
            && (words[5] == "GMT" || words[5] == "UTC")
    }

    private static func isNumber(_ text: WireText, digits: Int) -> Bool {
        text.byteCount == digits && text.utf8.allSatisfy(\.isDigit)
    }

    private static let weekdays: [WireText] = ["Mon,", "Tue,", "Wed,", "Thu,", "Fri,", "Sat,", "Sun,"]
    private static let months: [WireText] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}
