/// What merchants do beside registering and reading consents.
package enum MerchantAct: Sendable {}
