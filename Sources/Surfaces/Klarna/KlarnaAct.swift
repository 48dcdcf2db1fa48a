/// What Klarna's sessions and consent calls do.
package enum KlarnaAct: Sendable {}
