import AssentServer
import HTTP
import Net
import OAuth
import Text

/// Whether those who shall be reached are reached.
struct WireChecks {
    let setup: Setup
    let group: LoopGroup
    let resolver: Resolver
    let tls: TLSContext
    /// Whether a server holds the database, so that somebody must listen; unknown where many share one.
    let isServed: Bool?

    /// What the issuer says about how it is reached, against how we listen.
    var issuer: Finding {
        let text = setup.issuer.text
        guard let uri = URIReference(text), let host = uri.host else {
            return .failure("issuer", "\(text) is no URL.", do: "Set issuing.issuer.")
        }
        let isHere = setup.listening.address.port
        let port = uri.port.flatMap { UInt16($0.string) } ?? (uri.scheme == "https" ? 443 : 80)
        guard uri.scheme == "https" else {
            return .warning(
                "issuer",
                "\(text) is without TLS.",
                do: "Good for a trial on one machine only: whoever reads the wire reads the tokens."
            )
        }
        if setup.listening.tls == nil {
            return .good(
                "issuer",
                "\(text); a proxy in front speaks TLS for \(host), and must pass Host on as it came."
            )
        }
        guard isHere == port else {
            return .warning(
                "issuer",
                "\(text) means port \(port), and the server listens at \(setup.listening.address).",
                do: "Fine where something passes connections on; else change listening.address or the issuer."
            )
        }
        return .good("issuer", "\(text), where the server speaks TLS itself.")
    }

    /// Every listener, where a server runs.
    func listeners() async -> [Finding] {
        guard isServed != false else {
            return [.good("listeners", "No server holds the database, so none is called.")]
        }
        if isServed == nil {
            do throws(NetFailure) {
                try await HTTPClient.reach(setup.listening.address, within: Self.patience, on: group.loops[0])
            } catch {
                return [
                    .warning(
                        "listeners",
                        "Nobody listens at \(setup.listening.address), so that nothing more is called.",
                        do: "Start the node and ask again."
                    )
                ]
            }
        }
        var findings: [Finding] = []
        let addresses = [
            ("address", setup.listening.address), ("mutualTLSAddress", setup.listening.mutualTLS?.address),
            ("operations", setup.listening.operations), ("internal", setup.listening.bank),
            ("admin", setup.listening.admin),
        ]
        for (name, address) in addresses {
            guard let address else { continue }
            let id = "listeners.\(name)"
            do throws(NetFailure) {
                try await HTTPClient.reach(address, within: Self.patience, on: group.loops[0])
                findings.append(.good(id, "\(address) answers."))
            } catch {
                findings.append(
                    .failure(id, "\(address) does not answer: \(error).", do: "Look for server.listening in the log.")
                )
            }
        }
        if let operations = setup.listening.operations { findings.append(await readiness(at: operations)) }
        findings.append(await discovery())
        return findings
    }

    private func readiness(at address: Address) async -> Finding {
        let id = "readiness"
        do throws(NetFailure) {
            let request = Self.get("/health/ready", of: WireText("\(address.host):\(address.port ?? 0)"))
            let answer = try await HTTPClient.exchange(
                request,
                with: address,
                within: Self.patience,
                on: group.loops[0]
            )
            guard answer.status != .ok else { return .good(id, "The server says that it is ready.") }
            let checks = (try? JSONReader.read(answer.body))?["checks"]?.array ?? []
            let problems = checks.compactMap { $0["problem"]?.text?.string }
            return .failure(id, problems.joined(separator: " "), do: "The log of the server says more.")
        } catch { return .failure(id, "GET /health/ready: \(error).", do: "The log of the server says more.") }
    }

    /// The way that third parties have: by the issuer's name, and through whatever is in front.
    private func discovery() async -> Finding {
        let id = "issuer.reached"
        let url = setup.issuer.url("/.well-known/openid-configuration")
        let remedy =
            "From this machine at least: look at DNS, at the proxy's rules and whether it passes Host on as it came."
        guard let uri = URIReference(url), let host = uri.host, let authority = uri.authority else {
            return .failure(id, "\(url) is no URL.", do: "Set issuing.issuer.")
        }
        let isPlain = uri.scheme == "http"
        do throws(NetFailure) {
            let answer = try await HTTPClient.exchange(
                Self.get(uri.path, of: authority),
                with: host,
                port: uri.port.flatMap { UInt16($0.string) } ?? (isPlain ? 80 : 443),
                tls: isPlain ? nil : tls,
                resolver: resolver,
                policy: .everywhere,
                within: Self.patience,
                on: group.loops[0]
            )
            guard answer.status == .ok, (try? JSONReader.read(answer.body))?["issuer"]?.text == setup.issuer.text else {
                return .failure(id, "\(url) answers with \(answer.status.code), and not as this server.", do: remedy)
            }
            return .good(id, "\(url) answers as this server.")
        } catch { return .warning(id, "\(url) cannot be read: \(error).", do: remedy) }
    }

    /// The hosts of third parties that may be called.
    func outbound() async -> [Finding] {
        var findings: [Finding] = []
        for host in setup.outbound.hosts {
            let id = "outbound.\(host.name)"
            do throws(NetFailure) {
                let found = try await resolver.addresses(of: host.name, port: host.port)
                let policy: OutgoingAddressPolicy = host.isInternal ? .everywhere : .publicAddresses
                guard let address = found.first(where: { policy.allows($0) }) else {
                    findings.append(
                        .warning(
                            id,
                            "It leads to an address of our own network only.",
                            do: "Take it out of outbound.hosts, or say isInternal if that is meant."
                        )
                    )
                    continue
                }
                try await HTTPClient.reach(address, within: Self.patience, on: group.loops[0])
                findings.append(.good(id, "\(address) answers."))
            } catch {
                findings.append(
                    .warning(
                        id,
                        "It cannot be reached: \(error).",
                        do: "Let the server's machine call it, or take it out of outbound.hosts."
                    )
                )
            }
        }
        return findings
    }

    private static func get(_ path: WireText, of authority: WireText) -> Request {
        Request(
            method: .get,
            path: path,
            authority: authority,
            peer: Peer(address: "127.0.0.1", port: 0, isEncrypted: false)
        )
    }

    private static let patience = Ticks(seconds: 3)
}
