/// What the bank's own systems do.
package enum BankAct: Sendable {}
