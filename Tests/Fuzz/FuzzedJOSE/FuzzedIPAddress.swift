import Crypto
import Fuzzing
import Text

/// An address is four bytes or sixteen, and one of four bytes has one spelling.
enum FuzzedIPAddress {
    static func check(_ bytes: [UInt8]) throws(Broken) -> Verdict {
        guard let text = WireText(bytes), let address = IPAddress.bytes(of: text) else { return .refused }
        try require(address.count == 4 || address.count == 16, "an address of \(address.count) bytes")
        if address.count == 16 {
            let groups = stride(from: 0, to: 16, by: 2).map { Int(address[$0]) << 8 | Int(address[$0 + 1]) }
            let spelled = groups.map { String($0, radix: 16) }.joined(separator: ":")
            try require(IPAddress.bytes(of: WireText(spelled)) == address, "what was written is another address")
        } else {
            let spelled = address.map { "\($0)" }.joined(separator: ".")
            try require(IPAddress.bytes(of: WireText(spelled)) == address, "what was written is another address")
        }
        return .accepted
    }
}
