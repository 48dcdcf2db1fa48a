internal import Consents
internal import HTTP
internal import OAuth
internal import Text

/// The pages where people see what they share, and stop it, without any third party asking.
enum Dashboard {
    static let path: WireText = "/consents"
    static let loginPath: WireText = "/consents/login"
    static let logoutPath: WireText = "/consents/logout"

    /// Where one consent is shown.
    static func path(of consent: Identifier<Consent>) -> WireText { WireText("\(path)/\(consent)") }

    /// Why a page of the dashboard is not shown.
    enum Trouble: Error {
        case page(ErrorPage)
        /// Nobody has signed in, or somebody has signed out.
        case logIn
    }
}

extension Dashboard.Trouble {
    static func from(_ refusal: Refusal) -> Dashboard.Trouble {
        refusal == .loginRequired ? .logIn : .page(.refused(refusal))
    }

    static func from(_ problem: PageForm.Problem) -> Dashboard.Trouble {
        switch problem {
        case .unsupportedBody: .page(.unsupportedBody)
        case .forged: .page(.outdated)
        }
    }
}

extension House {
    /// Answers with a page of the dashboard, or with what stands in its place.
    func dashboard(
        _ request: Request,
        _ make: () async throws(Dashboard.Trouble) -> Response
    ) async -> Response {
        var response: Response
        do { response = try await make() } catch {
            switch error {
            case .page(let page): response = errorPage(page, for: Reader(of: request, at: clock.now))
            case .logIn: response = .redirect(to: Dashboard.loginPath)
            }
        }
        // Nobody opens the dashboard in a pop-up of theirs, so that no opener keeps a hand on its window.
        response.fields.set(.crossOriginOpenerPolicy, "same-origin")
        return response.keptByNobody.clearingRepeatedCookies(of: request)
    }
}
