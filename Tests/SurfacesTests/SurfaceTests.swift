import Consents
import HTTP
import Surfaces
import TestSupport
import Testing
import Text

struct SurfaceTests {
    private let surfaces = Surfaces.all + Surfaces.sandbox

    @Test
    func `the routes of all surfaces go together`() throws {
        let routes = surfaces.flatMap(\.routes).map { (Route($0.method, $0.path), $0.path) }
        _ = try Router(routes)
        #expect(routes.count == 26)
    }

    @Test
    func `a surface owns its prefix and every path below it`() {
        for path: WireText in [
            "/open-banking/v3.1/aisp", "/open-banking/v3.1/aisp/foobar", "/open-banking/v3.1/aisp/accounts/1/foobar",
        ] {
            #expect(Surfaces.owner(of: path, among: surfaces) != nil)
        }
        for path: WireText in [
            "/", "/open-banking/v3.1", "/open-banking/v3.1/aispx", "/open-banking/v3.1/pisp/x",
            "/Open-Banking/v3.1/aisp/accounts",
        ] {
            #expect(Surfaces.owner(of: path, among: surfaces) == nil)
        }
    }

    @Test
    func `SD-01 a consent is managed with the third party's token, and data is read with the person's`() {
        for route in surfaces.filter({ $0 is any UKOpenBankingSurface }).flatMap(\.routes) {
            switch route.act {
            case .create, .fetch, .delete: #expect(route.credential == .thirdParty(scope: "accounts"))
            case .read: #expect(route.credential == .consent(scope: "accounts"))
            case .klarna, .konsentus, .merchant, .bank: Issue.record("\(route.path) is none of the UK's")
            }
        }
    }

    @Test(arguments: Consent.Status.allCases)
    func `SD-02 a consent is seen by its own third party and by nobody else`(status: Consent.Status) throws {
        let surface = AccountAccessConsents()
        let consent = Consent.sample(status: status)
        #expect(try surface.visible(consent, to: "tpp-1", isShared: false) == consent)
        #expect(throws: SurfaceRefusal.notYours) { try surface.visible(consent, to: "tpp-2", isShared: false) }
        #expect(throws: SurfaceRefusal.notFound) { try surface.visible(nil, to: "tpp-1", isShared: false) }
    }

    @Test
    func `a consent of another surface is seen where sharing is set, and by its own third party only`() throws {
        let surface = AccountAccessConsents()
        let consent = Consent.sample(origin: .acount)
        #expect(throws: SurfaceRefusal.notFound) { try surface.visible(consent, to: "tpp-1", isShared: false) }
        #expect(try surface.visible(consent, to: "tpp-1", isShared: true) == consent)
        #expect(throws: SurfaceRefusal.notYours) { try surface.visible(consent, to: "tpp-2", isShared: true) }
    }

    @Test
    func `a deleted consent is not there`() {
        let surface = AccountAccessConsents()
        let deleted = Consent.sample(status: .revoked, deleted: .noon)
        #expect(throws: SurfaceRefusal.notFound) { try surface.visible(deleted, to: "tpp-1", isShared: false) }
        // Whose it was is still nobody else's business.
        #expect(throws: SurfaceRefusal.notYours) { try surface.visible(deleted, to: "tpp-2", isShared: false) }
    }
}
