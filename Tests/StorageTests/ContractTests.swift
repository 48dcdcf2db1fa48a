import Consents
import Crypto
import OAuth
import Storage
import TestSupport
import Testing
import Text

/// The contract of a store, held against every store that there is.
@Suite
struct ContractTests {
    @Test(arguments: StoreKind.allCases, StoreContract.rows)
    func `ST-31 a condition that fails leaves nothing of its list`(kind: StoreKind, row: StoreContract.Row) async throws
    {
        try await kind.with { store async throws in try await StoreContract.check(row, on: store) }
    }

    @Test(arguments: StoreKind.allCases)
    func `TK-21 of a hundred that spend one code, one gets it`(kind: StoreKind) async throws {
        for _ in 0..<20 {
            try await kind.with { store async throws in
                try await StoreContract.race(
                    StoreContract.spendCode,
                    given: StoreContract.code,
                    runners: 100,
                    on: store
                )
            }
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `TK-40 of a hundred that spend one refresh token, one gets it`(kind: StoreKind) async throws {
        for _ in 0..<20 {
            try await kind.with { store async throws in
                try await StoreContract.race(
                    StoreContract.spendRefreshToken,
                    given: StoreContract.refreshToken,
                    runners: 100,
                    on: store
                )
            }
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `TK-20 a code that comes twice ends its family in the same commit`(kind: StoreKind) async throws {
        try await kind.with { store async throws in
            try await StoreContract.replay(StoreContract.spendCode, given: StoreContract.code, on: store)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `TK-41 a refresh token that comes twice ends its family in the same commit`(kind: StoreKind) async throws {
        try await kind.with { store async throws in
            try await StoreContract.replay(
                StoreContract.spendRefreshToken,
                given: StoreContract.refreshToken,
                on: store
            )
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `CO-43 SD-40 TK-60 of a hundred that use one consent token, one is answered`(kind: StoreKind) async throws {
        for _ in 0..<20 {
            try await kind.with { store async throws in
                try await StoreContract.race(
                    StoreContract.rotateToken,
                    given: [.access(.openTokens(.sample))],
                    runners: 100,
                    on: store
                )
            }
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `of a hundred that decide one consent, one does`(kind: StoreKind) async throws {
        try await kind.with { store async throws in
            try await StoreContract.race(
                StoreContract.replace(.authorisedSample),
                given: [StoreContract.create(.sample)],
                runners: 100,
                on: store
            )
        }
    }
}
