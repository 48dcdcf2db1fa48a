import Foundation
import Net

/// Keys and certificates in files, made by OpenSSL's own program.
struct Certificates: Sendable {
    let folder: String

    init() throws {
        folder = NSTemporaryDirectory() + "assent-net-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    /// Made once for all tests that do not change them.
    static let shared = Result {
        let certificates = try Certificates()
        try certificates.make("server", subject: "/CN=localhost")
        try certificates.make("client", subject: "/CN=client")
        return certificates
    }

    func path(_ name: String) -> String { "\(folder)/\(name).pem" }

    func keyPath(_ name: String) -> String { "\(folder)/\(name).key" }

    /// A certificate signed by itself.
    func make(_ name: String, subject: String, days: Int = 2) throws {
        _ = try run(
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-subj",
            subject,
            "-days",
            "\(days)",
            "-addext",
            "subjectAltName=DNS:localhost,IP:127.0.0.1",
            "-keyout",
            keyPath(name),
            "-out",
            path(name)
        )
    }

    func server(_ clientCertificates: TLSConfiguration.ClientCertificates = .none) -> TLSConfiguration {
        TLSConfiguration(
            certificateChain: path("server"),
            privateKey: keyPath("server"),
            clientCertificates: clientCertificates
        )
    }
}

/// One connection of `openssl s_client`, all at once: what it prints for this input.
func sClient(_ port: UInt16, _ options: String..., input: String = request("/")) async throws -> String {
    try await onThread {
        let arguments = ["openssl", "s_client", "-connect", "127.0.0.1:\(port)", "-servername", "localhost"]
        return try runProgram(arguments + ["-ign_eof"] + options, input: input)
    }
}

/// The last request of a connection.
func request(_ path: String) -> String {
    "GET \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
}
