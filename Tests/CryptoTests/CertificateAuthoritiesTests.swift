import Crypto
import TestSupport
import Testing
import Text

struct CertificateAuthoritiesTests {
    private func authorities(_ certificate: [UInt8]) throws -> CertificateAuthorities {
        try CertificateAuthorities(pem: WireText(PEM.write(PEM.Block(label: "CERTIFICATE", bytes: certificate))))
    }

    private func haveIssued(
        _ leaf: [UInt8],
        through issuers: [[UInt8]] = [],
        at now: Timestamp = .noon
    ) throws -> Bool {
        try authorities(SampleCertificates.authority)
            .haveIssued(try Certificate(der: leaf), through: issuers, at: now)
    }

    @Test func `TL-04 a certificate of theirs is theirs, and that of any other is not`() throws {
        #expect(try haveIssued(SampleCertificates.client))
        #expect(try haveIssued(SampleCertificates.reissued))
        #expect(try haveIssued(SampleCertificates.other))
        // The same names throughout, the authority's included.
        #expect(try !haveIssued(SampleCertificates.ofStrangeAuthority))
        #expect(try !haveIssued(SampleCertificates.selfSigned))
        #expect(try !haveIssued(SampleCertificates.ofStrangeAuthority, through: [SampleCertificates.strangeAuthority]))
        let strange = try Certificate(der: SampleCertificates.ofStrangeAuthority)
        #expect(try authorities(SampleCertificates.strangeAuthority).haveIssued(strange, through: [], at: .noon))
    }

    @Test func `TL-03 who stands between is looked at, and believed only for what is above`() throws {
        #expect(try !haveIssued(SampleCertificates.throughIntermediate))
        #expect(try haveIssued(SampleCertificates.throughIntermediate, through: [SampleCertificates.intermediate]))
        #expect(try !haveIssued(SampleCertificates.throughIntermediate, through: [[0x30, 0x00]]))
        let crowd = [[UInt8]](repeating: SampleCertificates.intermediate, count: Limits.certificateIssuers + 1)
        #expect(try !haveIssued(SampleCertificates.throughIntermediate, through: crowd))
        // The bank may believe the one in between and not the one above.
        let leaf = try Certificate(der: SampleCertificates.throughIntermediate)
        #expect(try authorities(SampleCertificates.intermediate).haveIssued(leaf, through: [], at: .noon))
        // A client's certificate issues nothing.
        #expect(try !haveIssued(SampleCertificates.otherSelfSigned, through: [SampleCertificates.client]))
    }

    @Test func `TL-03 a certificate counts in its time and for its purpose`() throws {
        #expect(try !haveIssued(SampleCertificates.expired))
        #expect(try !haveIssued(SampleCertificates.future))
        #expect(try !haveIssued(SampleCertificates.forServers))
        #expect(try haveIssued(SampleCertificates.expired, at: Timestamp(1_768_435_200)))
        #expect(try !haveIssued(SampleCertificates.client, at: Timestamp(1_735_600_000)))
    }

    @Test(arguments: ["", "x", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n", KeyTexts.p256])
    func `what holds no certificates names no authorities`(text: WireText) {
        #expect(throws: CertificateRefusal.malformed) { try CertificateAuthorities(pem: text) }
    }
}
