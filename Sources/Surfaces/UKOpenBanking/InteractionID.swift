package import HTTP
package import Text

/// What ties an answer to its request: `x-fapi-interaction-id` of the Read/Write API Profile.
package struct InteractionID {
    /// What stands in the answer.
    package let value: FieldValue

    /// The one that was sent, letter for letter, where it is one identifier of RFC 4122; otherwise `fresh`.
    ///
    /// Nothing else is ever sent back, because it would stand in a header.
    package init(_ request: Request, orElse fresh: UUID) {
        let sent = try? request.fields.single(.xFAPIInteractionID)
        let text = sent.flatMap { UUID($0) == nil ? nil : $0 } ?? fresh.text
        value = FieldValue(text) ?? "00000000-0000-0000-0000-000000000000"
    }
}
