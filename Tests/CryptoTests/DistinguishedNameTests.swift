import Crypto
import TestSupport
import Testing
import Text

struct DistinguishedNameTests {
    private func isSubject(_ name: WireText, of der: [UInt8]) throws -> Bool {
        try #require(DistinguishedName(name), "\(name)").isSubject(of: try Certificate(der: der))
    }

    @Test(
        arguments: [
            "CN=tpp-1,2.5.4.97=PSDGB-FCA-123456,O=Sample Third Party,C=GB",
            "cn=tpp-1, organizationIdentifier=PSDGB-FCA-123456, O = Sample Third Party , c=GB",
            "2.5.4.3=tpp-1,2.5.4.97=PSDGB-FCA-123456,2.5.4.10=Sample Third Party,2.5.4.6=GB",
            // RFC 5280 §7.1: neither the case of letters nor the number of spaces makes another name.
            "CN=TPP-1,2.5.4.97=psdgb-fca-123456,O=sample  third party,C=gb",
            #"CN=\74pp\2D1,2.5.4.97=PSDGB-FCA-123456,O=Sample\20Third\20Party,C=GB"#,
            // The same strings in their encoding: UTF8String, and PrintableString where the certificate has the other.
            "CN=#0C057470702D31,2.5.4.97=PSDGB-FCA-123456,O=Sample Third Party,C=#13024742",
            "CN=#13057470702d31,2.5.4.97=PSDGB-FCA-123456,O=Sample Third Party,C=#0C024742",
        ] as [WireText]
    )
    func `TK-51 every spelling of a name is that name`(name: WireText) throws {
        #expect(try isSubject(name, of: SampleCertificates.client))
        #expect(try !isSubject(name, of: SampleCertificates.other))
        #expect(try !isSubject(name, of: SampleCertificates.nothing))
    }

    @Test(
        arguments: [
            // In the other order, without a part, with one more, with another value, with two parts made one.
            "C=GB,O=Sample Third Party,2.5.4.97=PSDGB-FCA-123456,CN=tpp-1",
            "CN=tpp-1,O=Sample Third Party,C=GB", "CN=tpp-1",
            "OU=x,CN=tpp-1,2.5.4.97=PSDGB-FCA-123456,O=Sample Third Party,C=GB",
            "CN=tpp-2,2.5.4.97=PSDGB-FCA-123456,O=Sample Third Party,C=GB",
            "CN=tpp-1,2.5.4.97=PSDGB-FCA-123456,O=Sample Third Party,C=GB ,DC=example",
            "CN=tpp-1+2.5.4.97=PSDGB-FCA-123456,O=Sample Third Party,C=GB",
            #"CN=tpp-1\,2.5.4.97=PSDGB-FCA-123456,O=Sample Third Party,C=GB"#,
            "CN=tpp-1,2.5.4.5=PSDGB-FCA-123456,O=Sample Third Party,C=GB",
            "CN=tpp-1.,2.5.4.97=PSDGB-FCA-123456,O=Sample Third Party,C=GB",
        ] as [WireText]
    )
    func `TK-51 a name that is only like it is another`(name: WireText) throws {
        #expect(try !isSubject(name, of: SampleCertificates.client))
    }

    @Test func `TK-51 parts with two values, commas and kinds of strings are compared as they were read`() throws {
        #expect(try isSubject("CN=a+OU=b,O=Bank", of: SampleCertificates.multiValued))
        #expect(try isSubject("OU=b+CN=a,O=Bank", of: SampleCertificates.multiValued))
        #expect(try !isSubject("CN=a,OU=b,O=Bank", of: SampleCertificates.multiValued))
        #expect(try isSubject(#"CN=a\,b"#, of: SampleCertificates.comma))
        #expect(try isSubject(#"CN=a\2Cb"#, of: SampleCertificates.comma))
        #expect(try !isSubject("CN=a,CN=b", of: SampleCertificates.comma))
        #expect(try !isSubject("CN=tpp-1", of: SampleCertificates.twoNames))
        #expect(try !isSubject("CN=tpp-2", of: SampleCertificates.twoNames))
        #expect(try isSubject("CN=tpp-2,CN=tpp-1", of: SampleCertificates.twoNames))
        #expect(try isSubject("CN=tpp-1,O=Sample Third Party", of: SampleCertificates.bmp))
    }

    @Test(
        arguments: [
            "", ",", "=", "CN", "CN=", "=a", "CN=a,", ",CN=a", "CN=a+", "CN=a,,O=b", "CN=a;O=b", #"CN="a,b""#,
            #"CN=a\"#, #"CN=a\x"#, #"CN=\0"#, #"CN=a\00b"#, #"CN=\FF"#, "CN=a<b", "NOSUCHTYPE=a", "CN=#",
            "CN=#0C", "CN=#0C05", "CN=#0C0574707", "CN=#0C057470702D31FF", "CN=#0201FF", "CN=#3000", "CN=#zz", "a b=c",
            "CN=a\u{0}",
        ] as [WireText]
    )
    func `what is no name is refused`(name: WireText) {
        #expect(DistinguishedName(name) == nil)
    }

    @Test func `a name of more bytes than names have is refused`() {
        #expect(
            DistinguishedName(WireText("CN=" + String(repeating: "a", count: Limits.distinguishedNameBytes))) == nil
        )
    }
}
