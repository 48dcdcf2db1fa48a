package import HTTP
package import Text

/// `authorize/retrieve`: what the bank's own consent page shows.
package struct ConsentRetrieval: BankSurface {
    package let name: WireText = "wso2-consent-retrieve"
    package let operation: WireText = "consent_retrieve"
    package let prefix = WireText("\(BankSpelling.prefix)/authorize/retrieve")

    package init() {}

    package var routes: [SurfaceRoute] {
        [SurfaceRoute(.get, WireText("\(prefix)/:key"), with: .bank(.consentPage), .bank(.retrieve))]
    }
}

/// `authorize/persist`: what a person said on that page.
package struct ConsentPersistence: BankSurface {
    package let name: WireText = "wso2-consent-persist"
    package let operation: WireText = "consent_persist"
    package let prefix = WireText("\(BankSpelling.prefix)/authorize/persist")

    package init() {}

    package var routes: [SurfaceRoute] {
        [SurfaceRoute(.patch, WireText("\(prefix)/:key"), with: .bank(.consentPage), .bank(.persist))]
    }
}

/// `manage`: the back end of the UK API's account access consents.
package struct ConsentManagement: BankSurface {
    package let name: WireText = "wso2-consent-manage"
    package let operation: WireText = "consent_manage"
    package let prefix = WireText("\(BankSpelling.prefix)/manage")
    package var idempotencyKey: FieldName? { .xIdempotencyKey }

    package init() {}

    package var routes: [SurfaceRoute] {
        let path = WireText("\(prefix)/account-access-consents")
        let one = WireText("\(path)/:id")
        return [
            SurfaceRoute(.post, path, with: .bank(.manage), .bank(.register(AccountAccessConsents.draft))),
            SurfaceRoute(.get, one, with: .bank(.manage), .bank(.fetch)),
            SurfaceRoute(.delete, one, with: .bank(.manage), .bank(.end)),
        ]
    }
}

/// `validate`: whether a request for account data may pass a gateway.
package struct ConsentValidation: BankSurface {
    package let name: WireText = "wso2-consent-validate"
    package let operation: WireText = "consent_validate"
    package let prefix = WireText("\(BankSpelling.prefix)/validate")

    package init() {}

    package var routes: [SurfaceRoute] {
        [SurfaceRoute(.post, WireText("\(prefix)/validate"), with: .bank(.validate), .bank(.validate))]
    }
}

/// `admin`: searching and revoking, for the bank's staff and for persons about their own.
package struct ConsentAdministration: BankSurface {
    package let name: WireText = "wso2-consent-admin"
    package let operation: WireText = "consent_admin"
    package let prefix = WireText("\(BankSpelling.prefix)/admin")

    package init() {}

    package var routes: [SurfaceRoute] {
        [
            route(.get, "/search", .search),
            route(.delete, "/revoke", .revoke),
            route(.delete, "/accounts", .loseAccount),
            route(.get, "/search/consent-status-audit", .statusAudit),
            route(.get, "/consent-amendment-history", .amendments),
        ]
    }

    private func route(_ method: Method, _ path: String, _ act: BankAct) -> SurfaceRoute {
        SurfaceRoute(method, WireText("\(prefix)\(path)"), with: .staff, .bank(act))
    }
}
