import AssentServer
import TestSupport
import Testing
import Text

struct FreshNamesTests {
    @Test func `names that are made one after the other begin alike, and no two are the same`() throws {
        let house = try SampleHouse(store: MemoryStore()).house
        let names = try (0..<100).map { _ in try house.freshName() }
        #expect(Set(names).count == 100)
        #expect(names.allSatisfy { $0.byteCount == 43 && $0.hasPrefix(WireText(String(names[0].string.prefix(5)))) })
        let identifiers = try (0..<100).map { _ in try house.freshOrderedUUID().text }
        #expect(Set(identifiers).count == 100)
        #expect(identifiers == identifiers.sorted())
    }
}
