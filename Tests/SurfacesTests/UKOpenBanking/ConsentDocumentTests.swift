import Consents
import HTTP
import Surfaces
import TestSupport
import Testing
import Text

/// OBReadConsentResponse1, as a third party reads it.
struct ConsentDocumentTests {
    let surface = AccountAccessConsents()

    @Test
    func `a registered consent is shown as it was asked for`() throws {
        let consent = try surface.registered(
            #"""
            {"Data":{"Permissions":["ReadBalances","ReadAccountsBasic"],
             "ExpirationDateTime":"2026-06-01T00:00:00+00:00",
             "TransactionFromDateTime":"2025-12-01T00:00:00.250+05:30",
             "TransactionToDateTime":"2026-03-01T00:00:00Z"},"Risk":{}}
            """#
        )
        let expected: JSON = [
            "Data": [
                "ConsentId": "consent-1",
                "CreationDateTime": "2026-03-02T12:00:00Z",
                "Status": "AwaitingAuthorisation",
                "StatusUpdateDateTime": "2026-03-02T12:00:00Z",
                "Permissions": ["ReadBalances", "ReadAccountsBasic"],
                "ExpirationDateTime": "2026-06-01T00:00:00+00:00",
                "TransactionFromDateTime": "2025-12-01T00:00:00.250+05:30",
                "TransactionToDateTime": "2026-03-01T00:00:00Z",
            ],
            "Risk": [:],
            "Links": ["Self": "https://bank.example/open-banking/v3.1/aisp/account-access-consents/consent-1"],
            "Meta": ["TotalPages": 1],
        ]
        #expect(surface.document(consent) == expected)
    }

    @Test
    func `a date that was not sent is left out`() throws {
        let consent = try surface.registered(#"{"Data":{"Permissions":["ReadAccountsBasic"]},"Risk":{}}"#)
        let names = surface.document(consent)["Data"]?.members?.map(\.name)
        #expect(
            names == ["ConsentId", "CreationDateTime", "Status", "StatusUpdateDateTime", "Permissions"]
        )
    }

    /// Read/Write API Profile 3.1.2, "Date Formats": accepted widely, answered with a zone.
    @Test(
        arguments: [
            ("2026-06-01T00:00:00Z", "2026-06-01T00:00:00Z"),
            ("2026-06-01T00:00:00+00:00", "2026-06-01T00:00:00+00:00"),
            ("2026-06-01T00:00:00.123456-00:00", "2026-06-01T00:00:00.123456-00:00"),
            ("2026-06-01T02:00:00+02:00", "2026-06-01T02:00:00+02:00"),
            ("2026-06-01T00:00:00", "2026-06-01T00:00:00Z"),
            ("2026-06-01T00:00Z", "2026-06-01T00:00:00Z"),
            ("2026-06-01T02:00:00+0200", "2026-06-01T00:00:00Z"),
            ("2026-06-01T02:00:00+02", "2026-06-01T00:00:00Z"),
            ("20260601T000000Z", "2026-06-01T00:00:00Z"),
            ("2026-06-01T00:00:00,5Z", "2026-06-01T00:00:00Z"),
        ]
    )
    func `SD-06 a date is echoed as it was sent, or with a zone where it had none`(sent: String, shown: String) throws {
        let consent = try surface.registered(
            #"{"Data":{"Permissions":["ReadAccountsBasic"],"ExpirationDateTime":"\#(sent)"},"Risk":{}}"#
        )
        #expect(consent.lifetime.expires == Timestamp(rfc3339: "2026-06-01T00:00:00Z"))
        #expect(surface.document(consent)["Data"]?["ExpirationDateTime"]?.text == WireText(shown))
    }

    @Test(
        arguments: [
            (.awaiting, "AwaitingAuthorisation"), (.authorised, "Authorised"), (.rejected, "Rejected"),
            (.failed, "Rejected"), (.revoked, "Revoked"),
        ] as [(Consent.Status, JSON)]
    )
    func `five states have four words`(status: Consent.Status, word: JSON) {
        #expect(surface.document(.sample(status: status))["Data"]?["Status"] == word)
    }

    @Test
    func `an expiry that has passed changes nothing that is shown`() throws {
        let consent = Consent.sample(expires: .noon - 1, status: .authorised)
        #expect(surface.document(consent)["Data"]?["Status"] == "Authorised")
        #expect(surface.document(consent)["Data"]?["ExpirationDateTime"] == "2026-03-02T11:59:59Z")
    }

    @Test(.enabled(if: PublishedSchema.isThere, "The published descriptions are not on this machine."))
    func `what is shown is as the published descriptions say`() throws {
        let bodies = [
            #"{"Data":{"Permissions":["ReadAccountsBasic"]},"Risk":{}}"#,
            #"""
            {"Data":{"Permissions":["ReadAccountsDetail","ReadPAN","ReadPAN"],"ExpirationDateTime":"2027-01-01T00:00",
             "TransactionFromDateTime":"0000-01-01T00:00:00Z","TransactionToDateTime":"9999-12-31T23:59:59Z"},"Risk":{}}
            """#,
        ]
        for body in bodies {
            let registered = try surface.registered(body)
            let authorised = try registered.after(.authorise(person: "psu-anna", accounts: ["a"]), at: .noon + 60)
            for document in [registered, authorised].map(surface.document) {
                #expect(PublishedSchema.seed.problems(of: document, as: "OBReadConsentResponse1") == [])
                #expect(PublishedSchema.newest.problems(of: document, as: "OBReadConsentResponse1") == [])
            }
        }
    }

    @Test(.enabled(if: PublishedSchema.isThere, "The published descriptions are not on this machine."))
    func `the check against the published descriptions sees what is wrong`() {
        func problems(_ data: JSON) -> [String] {
            PublishedSchema.seed.problems(
                of: ["Data": data, "Risk": [:], "Links": ["Self": "https://b.example"], "Meta": [:]],
                as: "OBReadConsentResponse1"
            )
        }
        let good: [JSON.Member] = [
            .init("ConsentId", "c"), .init("CreationDateTime", "2026-01-01T00:00:00Z"),
            .init("Status", "Authorised"), .init("StatusUpdateDateTime", "2026-01-01T00:00:00Z"),
            .init("Permissions", ["ReadPAN"]),
        ]
        #expect(problems(.object(good)) == [])
        #expect(problems(.object(Array(good.dropLast()))) == ["$.Data: lacks Permissions"])
        #expect(problems(.object(good + [.init("Extra", 1)])) == ["$.Data: has Extra"])
        #expect(problems(.object(good + [.init("ExpirationDateTime", "2026-01-01")])).count == 1)
        #expect(PublishedSchema.seed.problems(of: [:], as: "OBReadConsentResponse1").count == 4)
    }
}
