import Text

/// Amounts as whole numbers of the smallest unit of their currency: ISO 4217.
enum MinorUnits {
    /// The amount without its sign; what is smaller than a unit is dropped.
    static func amount(_ money: Money) -> Int64 {
        let parts = money.amount.split(at: UInt8(ascii: "."))
        let exponent = exponent(of: money.currency)
        var units: Int64 = 0
        // `Money` has at most thirteen digits before the point, and a unit has at most three after it.
        for digit in parts[0].utf8 { units = units * 10 + Int64(digit - UInt8(ascii: "0")) }
        let decimals = Array(parts[1].utf8)
        for index in 0..<exponent {
            units = units * 10 + (index < decimals.count ? Int64(decimals[index] - UInt8(ascii: "0")) : 0)
        }
        return units
    }

    private static func exponent(of currency: WireText) -> Int {
        switch currency {
        case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF",
            "XPF":
            0
        case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND": 3
        default: 2
        }
    }
}
