internal import HTTP
internal import OAuth
internal import Storage
internal import Text

/// `GET /statuses/N` and `GET /statuses`: which decisions of persons have ended, Token Status List §8 and §9.
struct StatusListEndpoint: Endpoint {
    let house: House
    private let written: [Reloadable<Written?>]

    let routes = [Route(.get, WireText("\(StatusList.aggregation)/:list")), Route(.get, StatusList.aggregation)]

    init(house: House) {
        self.house = house
        written = (0..<StatusPlace.lists).map { _ in Reloadable<Written?>(nil) }
    }

    /// A list as it was signed, for as long as it would be signed with the same words.
    private struct Written: Sendable {
        let generation: Int
        let time: Timestamp
        let places: [Int]
        let text: WireText
    }

    private static let cacheControl =
        FieldValue(WireText("public, max-age=\(Limits.statusListSeconds)")) ?? "no-cache"

    func respond(to request: Request, _ parts: PathParts, at now: Timestamp) async -> Response {
        var response: Response
        if let text = parts["list"] {
            guard let list = (0..<StatusPlace.lists).first(where: { WireText("\($0)") == text }) else {
                return .empty(.notFound)
            }
            // §8.4: nobody needs to know how a token stood that is over in minutes.
            guard !request.asksForPast else { return .empty(.notImplemented) }
            do { response = .jwt(try await statuses(ofList: list, at: now), StatusList.mediaType) } catch {
                return RefusalAnswer.json(error, from: house.issuer)
            }
        } else {
            let lists = (0..<StatusPlace.lists).map { JSON.text(house.issuer.url(StatusPlace.path(ofList: $0))) }
            response = .json(.ok, ["status_lists": .array(lists)])
        }
        response.fields.append(.cacheControl, Self.cacheControl)
        // §8.1: whoever verifies a token may be a page of somebody else; nothing here is not public.
        response.allowEveryPage()
        return response
    }

    /// Asked anew each time, so that the next answer knows of what has ended; signed anew where that says something else.
    private func statuses(ofList list: Int, at now: Timestamp) async throws(Refusal) -> WireText {
        let generation = house.keys.generation
        let places = try await house.ask { store throws(StoreFailure) in
            try await store.reading().endedPlaces(ofList: list, at: now)
        }
        if let known = written[list].current, known.generation == generation, known.time == now,
            known.places == places
        {
            return known.text
        }
        let text = try house.keys.sign(StatusList(list, ended: places), issuer: house.issuer, at: now)
        written[list].replace(with: Written(generation: generation, time: now, places: places, text: text))
        return text
    }
}

extension Request {
    /// `time` in the query: Token Status List §8.4.
    fileprivate var asksForPast: Bool {
        guard let query, let form = try? FormFields(query) else { return false }
        return form["time"] != nil
    }
}
