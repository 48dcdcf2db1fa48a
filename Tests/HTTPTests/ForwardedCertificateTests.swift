import HTTP
import Testing
import Text

struct ForwardedCertificateTests {
    private func read(_ lines: (FieldName, WireText)...) throws -> ForwardedCertificate {
        var fields = Fields()
        for (name, value) in lines { fields.append(name, try #require(FieldValue(value))) }
        return try ForwardedCertificate(fields)
    }

    @Test func `a certificate and those behind it are read from the two fields`() throws {
        let alone = try read((.clientCert, ":AQID:"))
        #expect(alone.certificate == [1, 2, 3])
        #expect(alone.issuers == [])
        let whole = try read((.clientCert, ":AQID:"), (.clientCertChain, ":BAUG:, :BwgJ:"))
        #expect(whole.certificate == [1, 2, 3])
        #expect(whole.issuers == [[4, 5, 6], [7, 8, 9]])
        #expect(try read().certificate == nil)
        // The fields of other proxies are not these.
        #expect(try read(("x-ssl-client-cert", ":AQID:"), ("client_cert", ":AQID:")).certificate == nil)
    }

    @Test func `HT-63 a certificate that is said twice is none`() {
        #expect(throws: ForwardedCertificate.Failure.repeated) {
            try read((.clientCert, ":AQID:"), (.clientCert, ":AQID:"))
        }
        #expect(throws: ForwardedCertificate.Failure.repeated) {
            try read((.clientCert, ":AQID:"), (.clientCertChain, ":BAUG:"), (.clientCertChain, ":BAUG:"))
        }
    }

    @Test(
        arguments: [
            "", "AQID", ":AQID", "AQID:", "::", ":", ":AQI:", ":AQID=:", ":A-_D:", ":AQID:, :AQID:", ":AQID: x",
            ":AQ ID:", "\":AQID:\"", "-----BEGIN CERTIFICATE-----", ":AQID:;x=1",
        ] as [WireText]
    )
    func `HT-63 what is no byte sequence is refused`(value: WireText) {
        #expect(throws: ForwardedCertificate.Failure.malformed) { try read((.clientCert, value)) }
    }

    @Test(arguments: ["", ",", ":AQID:,", ":AQID:;", "AQID", ":AQID::AQID:"] as [WireText])
    func `HT-63 a chain with anything else in it is refused`(value: WireText) {
        #expect(throws: ForwardedCertificate.Failure.malformed) {
            try read((.clientCert, ":AQID:"), (.clientCertChain, value))
        }
    }

    @Test func `HT-63 a chain of nothing is refused`() {
        #expect(throws: ForwardedCertificate.Failure.chainAlone) { try read((.clientCertChain, ":AQID:")) }
    }
}
