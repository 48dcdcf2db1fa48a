internal import Mustache
internal import Text

/// The colours of `colours.mustache`, and whether what is written in them can be read: WCAG 2.2, 1.4.3 and 1.4.11.
struct Palette {
    private let file: TemplateFile
    private var light: [String: Entry] = [:]
    private var dark: [String: Entry] = [:]
    private var problems: [String] = []

    /// A colour, and where it stands.
    private struct Entry {
        let position: String
        /// Red, green and blue, from 0 to 255.
        let channels: [Int]
    }

    /// What is written or drawn on what, and how far the two must be apart.
    private static let pairs: [(front: String, back: String, ratio: Double)] = [
        ("ink", "page", 4.5), ("ink", "card", 4.5), ("ink", "tint", 4.5), ("ink", "danger-tint", 4.5),
        ("quiet", "page", 4.5), ("quiet", "card", 4.5), ("quiet", "tint", 4.5), ("accent", "card", 4.5),
        ("accent", "page", 4.5), ("accent", "danger-tint", 4.5), ("on-accent", "accent", 4.5), ("danger", "card", 4.5),
        ("danger", "danger-tint", 4.5), ("accent", "tint", 3), ("edge", "card", 3),
    ]

    /// What is wrong with the colours, each with its line and column.
    static func problems(in files: [TemplateFile]) -> [String] {
        guard let file = files.first(where: { $0.name == "colours" }) else { return [] }
        var palette = Palette(file)
        palette.compare(palette.light, "by day")
        // What the night does not change stays as it is by day.
        palette.compare(palette.light.merging(palette.dark) { $1 }, "by night")
        return palette.problems
    }

    private init(_ file: TemplateFile) {
        self.file = file
        var blocks: [[UInt8]] = []
        for (number, line) in file.bytes.split(separator: .newline, omittingEmptySubsequences: false).enumerated() {
            var piece: [UInt8] = []
            for (column, byte) in line.enumerated() {
                switch byte {
                case UInt8(ascii: "{"):
                    blocks.append(piece)
                    piece = []
                case UInt8(ascii: "}"), UInt8(ascii: ";"):
                    declare(piece, within: blocks, line: number + 1, end: column)
                    if byte == UInt8(ascii: "}") { _ = blocks.popLast() }
                    piece = []
                default: piece.append(byte)
                }
            }
            declare(piece, within: blocks, line: number + 1, end: line.count)
        }
    }

    private static let custom = Array("--".utf8)
    private static let media = Array("@media".utf8)
    private static let dark = Array("prefers-color-scheme: dark".utf8)

    /// Takes `--name: #rrggbb` down; a colour of another spelling cannot be looked at, and so is not taken.
    private mutating func declare(_ piece: [UInt8], within blocks: [[UInt8]], line: Int, end: Int) {
        guard let start = TemplateMarkup.places(of: Self.custom, in: piece).first,
            let colon = piece.firstIndex(of: UInt8(ascii: ":")), start < colon
        else { return }
        let media = blocks.filter { !TemplateMarkup.places(of: Self.media, in: $0).isEmpty }
        let isDark = media.contains { !TemplateMarkup.places(of: Self.dark, in: $0).isEmpty }
        // Whoever asks for more contrast gets other colours of the same list.
        guard media.isEmpty || isDark else { return }
        let name = String(decoding: piece[start..<colon].dropFirst(2), as: UTF8.self)
        let position = "\(file.name).mustache:\(line):\(end - piece.count + start + 1)"
        let value = piece[(colon + 1)...].filter { $0 != .space }
        guard let channels = Self.channels(value) else {
            problems.append(
                "\(position): --\(name) must be written as #rgb or #rrggbb, so that its contrast can be known"
            )
            return
        }
        if isDark {
            dark[name] = Entry(position: position, channels: channels)
        } else {
            light[name] = Entry(position: position, channels: channels)
        }
    }

    private static func channels(_ value: [UInt8]) -> [Int]? {
        guard value.first == UInt8(ascii: "#"), value.count == 4 || value.count == 7 else { return nil }
        let digits = value.dropFirst().map { Int(String(decoding: [$0], as: UTF8.self), radix: 16) }
        let known = digits.compactMap { $0 }
        guard known.count == digits.count else { return nil }
        guard known.count == 6 else { return known.map { $0 * 17 } }
        return [known[0] * 16 + known[1], known[2] * 16 + known[3], known[4] * 16 + known[5]]
    }

    private mutating func compare(_ colours: [String: Entry], _ time: String) {
        for pair in Self.pairs {
            guard let front = colours[pair.front], let back = colours[pair.back] else {
                problems.append(
                    "colours.mustache: there is no --\(colours[pair.front] == nil ? pair.front : pair.back) \(time)"
                )
                continue
            }
            let ratio = Self.ratio(front.channels, back.channels)
            guard ratio < pair.ratio else { continue }
            let found = "\(Int(ratio * 100) / 100).\(Self.twoDigits(Int(ratio * 100) % 100))"
            let wanted = pair.ratio == 3 ? "3" : "4.5"
            problems.append(
                "\(front.position): --\(pair.front) on --\(pair.back) \(time) has a contrast of \(found):1, less than \(wanted):1"
            )
        }
    }

    private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    // MARK: Contrast, as WCAG 2.2 defines it

    private static func ratio(_ one: [Int], _ other: [Int]) -> Double {
        let (first, second) = (luminance(one), luminance(other))
        return (max(first, second) + 0.05) / (min(first, second) + 0.05)
    }

    private static func luminance(_ channels: [Int]) -> Double {
        let linear = channels.map { channel in
            let value = Double(channel) / 255
            return value <= 0.040_45 ? value / 12.92 : toThe2Point4((value + 0.055) / 1.055)
        }
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    }

    /// x² · ⁵√x², by Newton: the standard library has no powers of fractions.
    private static func toThe2Point4(_ x: Double) -> Double {
        let square = x * x
        var root = 1.0
        for _ in 0..<30 { root -= (root * root * root * root * root - square) / (5 * root * root * root * root) }
        return square * root
    }
}
