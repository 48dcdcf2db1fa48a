package import Fuzzing

/// Readers of `Text`.
package enum FuzzedText {
    package static let targets = [
        FuzzTarget("base64", FuzzedBase64.check),
        FuzzTarget("date", FuzzedDate.check),
        FuzzTarget("form", FuzzedForm.check),
        FuzzTarget("json", FuzzedJSON.check),
        FuzzTarget("moment", FuzzedMoment.check),
        FuzzTarget("uri", FuzzedURI.check),
        FuzzTarget("uuid", FuzzedUUID.check),
    ]
}
