internal import Crypto
internal import HTTP
internal import OAuth
internal import Telemetry
internal import Text

/// Why a page is not shown, before it is known where that leads.
enum PageFailure: Error {
    case refused(Refusal)
    case trouble(Visit.Trouble)
}

extension Visit {
    func nextStep() async throws(PageFailure) -> InteractionPolicy.Step {
        do { return try await step() } catch { throw .refused(error) }
    }

    /// A refusal goes back to the client, but for what only the person at the page can understand.
    func trouble(_ failure: PageFailure) -> Trouble {
        switch failure {
        case .trouble(let trouble): trouble.read(by: reader)
        // Another click or another tab came first; its answer went to the client.
        case .refused(.interactionOver): .decided(thirdParty: authorization.client.display).read(by: reader)
        case .refused(let refusal): .from(refusal, authorization.target).read(by: reader)
        }
    }
}

extension Visit.Trouble {
    /// A refusal goes back to the client; what passes by itself is waited for here.
    static func from(_ refusal: Refusal, _ target: RedirectionTarget) -> Visit.Trouble {
        refusal == .temporarilyUnavailable ? .page(.refused(refusal)) : .leave(target, refusal)
    }
}

extension House {
    /// A page of our own that says no, under a name by which the log can be searched.
    func errorPage(_ page: ErrorPage, for reader: Reader) -> Response {
        guard let bytes = try? entropy.bytes(RequestID.byteCount) else { return .wordless }
        let reference = RequestID(random: bytes).text
        log.info("page.refused", ["reference": .text(reference), "reason": .text(page.label)])
        return pages.error(page, for: reader, reference: reference)
    }

    /// Answers with a page, or with what stands in its place.
    func page(
        _ request: Request,
        _ make: () async throws(Visit.Trouble) -> Response
    ) async -> Response {
        await visited(request, make).clearingRepeatedCookies(of: request)
    }

    private func visited(
        _ request: Request,
        _ make: () async throws(Visit.Trouble) -> Response
    ) async -> Response {
        do {
            return try await make().keptByNobody
        } catch {
            let reader = error.reader ?? Reader(of: request, at: clock.now)
            switch error.kind {
            case .page(let page): return errorPage(page, for: reader)
            case .decided(let thirdParty): return pages.decided(thirdParty, for: reader)
            case .leave(let target, let refusal): return leave(target, refusal, for: reader, fromPage: true)
            case .over(let target, let refusal): return over(target, refusal, for: reader)
            }
        }
    }
}

extension Response {
    /// An answer to a person that no cache keeps and no other site hears of.
    var keptByNobody: Response {
        var response = self
        if !fields.contains(.cacheControl) { response.fields.append(.cacheControl, "no-store") }
        if !fields.contains(.referrerPolicy) { response.fields.append(.referrerPolicy, "no-referrer") }
        return response
    }
}
