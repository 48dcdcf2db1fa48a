import Crypto
import TestSupport
import Testing
import Text

struct CertificateTests {
    @Test
    func `a certificate is taken apart`() throws {
        let certificate = try Certificate(pem: CertificateTexts.p256)
        #expect(
            Hex.encode(certificate.thumbprint.bytes)
                == "dfa68a9b5f6950efacf3bc17cba1dbf40b5e7b12198650b43598e4eac11b113e"
        )
        #expect(certificate.subject == #"CN=tpp.example,O=Caf\C3\A9\, Bank \+ S\C3\B6hne,C=SE"#)
        #expect(certificate.issuer == certificate.subject)
        #expect(certificate.notBefore == Timestamp(1_767_323_045))
        #expect(certificate.notAfter == Timestamp(2_569_738_150))
        #expect(certificate.publicKey?.numbers == .p256(x: SignatureVectors.p256X, y: SignatureVectors.p256Y))
        #expect(try Certificate(pem: WireText(certificate.pem)) == certificate)
        #expect(try Certificate(der: certificate.der) == certificate)
    }

    @Test(
        arguments: [
            (1_767_323_044, false), (1_767_323_045, true), (2_569_738_150, true), (2_569_738_151, false),
            (Int64.min, false), (Int64.max, false),
        ] as [(Int64, Bool)]
    )
    func `both ends belong to the time of validity`(seconds: Int64, isValid: Bool) throws {
        #expect(try Certificate(pem: CertificateTexts.p256).isValid(at: Timestamp(seconds)) == isValid)
    }

    @Test
    func `names beside the subject are read by their kinds`() throws {
        #expect(
            try Certificate(der: SampleCertificates.client).alternativeNames == [
                .dns("tpp.example"), .uri("https://tpp.example/id"), .email("Ops@TPP.example"),
                .address([192, 0, 2, 7]),
                .address([0x20, 0x01, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11) + [7]),
            ]
        )
        #expect(try Certificate(der: SampleCertificates.other).alternativeNames == [])
        #expect(try Certificate(der: SampleCertificates.nothing).alternativeNames == [.dns("tpp-1")])
        #expect(try Certificate(der: SampleCertificates.nothing).subject == "")
    }

    @Test
    func `JO-09 a weak key of a certificate is no key`() throws {
        let certificate = try Certificate(pem: CertificateTexts.weak)
        #expect(certificate.publicKey == nil)
        #expect(certificate.subject == "CN=weak.example")
    }

    @Test
    func `bytes that are no certificate are refused`() throws {
        let der = try Certificate(pem: CertificateTexts.p256).der
        for wrong in [[], [0x30], [0x30, 0x80], der + [0], Array(der.dropLast()), Array(der.dropFirst())] {
            #expect(throws: CertificateRefusal.malformed) { try Certificate(der: wrong) }
        }
        for wrong in ["", KeyTexts.p256, WireText(CertificateTexts.p256.string + "\n" + CertificateTexts.weak.string)] {
            #expect(throws: CertificateRefusal.malformed) { try Certificate(pem: wrong) }
        }
    }

    /// Every byte changed once: any answer will do, if there is one.
    @Test
    func `a damaged certificate ends nothing`() throws {
        let der = try Certificate(pem: CertificateTexts.p256).der
        for index in der.indices {
            for bit in [UInt8(1), 0x20, 0x80, 0xFF] {
                var damaged = der
                damaged[index] ^= bit
                if let read = try? Certificate(der: damaged) { #expect(read.der == damaged) }
            }
        }
    }
}
