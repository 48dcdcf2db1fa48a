/// What a bank's back end does for a third party.
package enum KonsentusAct: Sendable {}
