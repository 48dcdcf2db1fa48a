import Crypto
import TestSupport
import Testing
import Text

/// What a qualified certificate says of a payment service provider: ETSI TS 119 495.
struct CertificateOrganisationTests {
    @Test(
        arguments: [
            (SampleCertificates.informationProvider, [.accountInformation]),
            (SampleCertificates.paymentProvider, [.paymentInitiation]),
            (SampleCertificates.otherProvider, [.accountInformation, .paymentInitiation]),
            (SampleCertificates.client, []), (SampleCertificates.brokenProvider, nil),
        ] as [([UInt8], [PaymentServiceRole]?)]
    )
    func `roles are those of the statement of PSD2, and what cannot be read is no role`(
        der: [UInt8],
        roles: [PaymentServiceRole]?
    ) throws {
        #expect(try Certificate(der: der).paymentServiceRoles == roles.map { Set($0) })
    }

    @Test func `an organisation is known by its identifier`() throws {
        #expect(try Certificate(der: SampleCertificates.informationProvider).organisations == ["PSDGB-FCA-123456"])
        #expect(try Certificate(der: SampleCertificates.trustService).organisations == [])
    }
}
