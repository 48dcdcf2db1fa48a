package import Text

/// What a client asks for, or has been granted, in typed objects: RFC 9396.
package struct AuthorizationDetails: Sendable, Hashable {
    /// One a type, in the order in which they were sent.
    package let members: [AuthorizationDetail]

    /// Nothing is asked for in this way.
    package static let none = AuthorizationDetails([])

    /// Details of our own, which are not checked.
    package init(_ members: [AuthorizationDetail]) {
        self.members = members
    }

    /// Reads the parameter of a request.
    ///
    /// - Parameter types: What the client is registered for: RFC 9396 §10.
    package init(
        _ text: WireText?,
        asking side: Side,
        types: Set<WireText>,
        resources: Resources
    ) throws(Refusal) {
        guard let text else {
            self = .none
            return
        }
        let bytes = text.bytes
        let document: JSON
        do {
            document = try JSONReader.read(
                bytes.span,
                lengthLimit: Limits.authorizationDetailsBytes,
                depthLimit: Limits.authorizationDetailsDepth
            )
        } catch { throw .parameterMalformed(.authorizationDetails) }
        // RFC 9396 §2: an array of objects, each of which says of which type it is.
        guard let elements = document.array else { throw .parameterMalformed(.authorizationDetails) }
        var members: [AuthorizationDetail] = []
        for element in elements {
            guard let type = element["type"]?.text else { throw .detailsInvalid }
            // Two of one type could not both be the one consent that the person is asked for.
            guard types.contains(type), !members.contains(where: { $0.type == type }) else { throw .detailsInvalid }
            let member = try AuthorizationDetail(element, of: type, side)
            guard member.locations.allSatisfy(resources.contains) else { throw .detailsInvalid }
            members.append(member)
        }
        guard !members.isEmpty else { throw .detailsInvalid }
        self.members = members
    }

    /// Which request they stand in.
    package enum Side: Sendable {
        /// One for a person, who is yet to choose.
        case person
        /// One for tokens, which may name what the person has chosen.
        case token
    }

    /// Reads what we wrote ourselves; `nil` for anything else.
    package init?(granted json: JSON) {
        guard let elements = json.array else { return nil }
        var members: [AuthorizationDetail] = []
        for element in elements {
            guard let type = element["type"]?.text, let member = try? AuthorizationDetail(element, of: type, .token)
            else { return nil }
            members.append(member)
        }
        self.members = members
    }

    /// As RFC 9396 §2 writes them.
    package var json: JSON { .array(members.map(\.json)) }

    /// Whether nothing is asked for.
    package var isEmpty: Bool { members.isEmpty }

    /// Where all of it is for: RFC 9396 §2.2.
    package var locations: [WireText] {
        var locations: [WireText] = []
        for location in members.flatMap(\.locations) where !locations.contains(location) { locations.append(location) }
        return locations
    }

    /// What a token request wants of what was granted: RFC 9396 §6.1, never more.
    func narrowed(to asked: AuthorizationDetails) throws(Refusal) -> AuthorizationDetails {
        var narrowed: [AuthorizationDetail] = []
        for member in asked.members {
            guard let granted = members.first(where: { $0.type == member.type }),
                let part = granted.narrowed(to: member)
            else { throw .detailsNotGranted }
            narrowed.append(part)
        }
        return AuthorizationDetails(narrowed)
    }
}
