internal import Mustache
internal import Text

/// A page as it looks with one of its samples, in one language.
package struct PagePreview: Sendable {
    /// The template, the number of its view, and the language: `consent-2.cy`.
    package let name: String
    package let bytes: [UInt8]

    /// What is wrong with what came out.
    package var problem: String? {
        guard bytes.count > Limits.pageBytes else { return nil }
        return "\(name): \(bytes.count) bytes are more than the \(Limits.pageBytes) that a page may have"
    }
}

extension LoadedPages {
    /// Every screen with every view, in every language.
    package var previews: [PagePreview] {
        allWords.flatMap { words in
            PageSamples.pages(words, bank: bank).flatMap { page in
                page.samples.enumerated().map { number, view in
                    PagePreview(
                        name: "\(page.name)-\(number + 1).\(words.language)",
                        bytes: draft(page.name, view, in: words.language)
                            .filled(with: PageSamples.passing.texts(words))
                    )
                }
            }
        }
    }
}
