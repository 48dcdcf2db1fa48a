package import Fuzzing

/// Readers of `HTTP`.
package enum FuzzedHTTP {
    package static let targets = [
        FuzzTarget("accept", FuzzedAccept.check),
        FuzzTarget("answer", FuzzedAnswer.check),
        FuzzTarget("authorization", FuzzedAuthorization.check),
        FuzzTarget("chunks", FuzzedChunks.check),
        FuzzTarget("cookie", FuzzedCookie.check),
        FuzzTarget("forwarded-certificate", FuzzedForwardedCertificate.check),
        FuzzTarget("languages", FuzzedLanguages.check),
        FuzzTarget("media-type", FuzzedMediaType.check),
        FuzzTarget("requests", FuzzedRequests.check),
        FuzzTarget("request-target", FuzzedRequestTarget.check),
    ]
}
