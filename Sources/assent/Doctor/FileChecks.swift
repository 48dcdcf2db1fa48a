import AssentServer
import Crypto
import Net
import OAuth
import StorageSQLite
import Text

/// What a server needs of its files.
enum FileChecks {
    /// Secrets that others may read, and anything that others may change.
    static func permissions(_ setup: Setup) -> Finding {
        var open: [String] = []
        var remedies: [String] = []
        for path in setup.secrets {
            guard let access = try? File.access(of: File.realPath(path) ?? path), access.isOpenToOthers else {
                continue
            }
            open.append("\(path) can be read by others")
            remedies.append("chmod 600 \(path)")
        }
        for path in setup.folders {
            guard let access = try? File.access(of: File.realPath(path) ?? path), access.isWritableByOthers else {
                continue
            }
            open.append("\(path) can be written by others")
            remedies.append("chmod go-w \(path)")
        }
        guard open.isEmpty else {
            return .failure("permissions", open.joined(separator: "; ") + ".", do: remedies.joined(separator: "; "))
        }
        return .good(
            "permissions",
            "No secret can be read by others, and nothing of the server's can be written by them."
        )
    }

    /// Keys that should have been followed by others.
    static func keys(_ setup: Setup, at now: Timestamp) -> Finding {
        let stages: [KeyName: KeyStage]?
        do { stages = try setup.keys.stages() } catch {
            return .failure("keys.age", error.sentence, do: "Put back a copy of the folder.")
        }
        guard let stages else { return .good("keys.age", "No server has run with the keys in \(setup.keys.path) yet.") }
        let current = stages.filter { $0.value.phase == .current }.sorted { $0.value.since < $1.value.since }
        guard let oldest = current.first else { return .good("keys.age", "No key signs yet.") }
        let days = now.since(oldest.value.since) / 86_400
        let seen = "\(oldest.key.file) has been in use for \(days) days."
        if let rotation = setup.keyLifeCycle.rotationSeconds {
            let due = oldest.value.since + rotation
            guard now.since(due) < 86_400 else {
                return .failure(
                    "keys.age",
                    "\(seen) It should have been followed on \(due.rfc3339).",
                    do: "Look for keys.failed in the log: the server must be able to write \(setup.keys.path)."
                )
            }
            return .good("keys.age", "\(seen) It is followed by another on \(due.rfc3339).")
        }
        guard days < longInUse else {
            return .warning("keys.age", seen, do: "assent keys rotate; or set keys.rotationDays.")
        }
        return .good("keys.age", seen)
    }

    /// The certificate that is shown, if we speak TLS.
    static func certificate(_ setup: Setup, at now: Timestamp) -> Finding? {
        guard let tls = setup.listening.tls else { return nil }
        let file = tls.certificateChain
        guard let bytes = try? File.read(file), let text = WireText(bytes), let block = PEM.read(text).blocks.first,
            let certificate = try? Certificate(der: block.bytes)
        else { return .failure("certificate", "\(file) cannot be read.", do: "Put the certificate there, in PEM.") }
        let renew = "Renew it, and kill -HUP the server."
        let ends = "\(file) ends on \(certificate.notAfter.rfc3339)."
        guard certificate.isValid(at: now) else {
            return .failure("certificate", now > certificate.notAfter ? ends : "\(file) is not valid yet.", do: renew)
        }
        let names = certificate.alternativeNames.compactMap { name -> WireText? in
            if case .dns(let name) = name { name } else { nil }
        }
        let host = URIReference(setup.issuer.text)?.host ?? ""
        guard names.contains(where: { $0.covers(host) }) else {
            return .failure(
                "certificate",
                "\(file) is for \(names.map(\.string).joined(separator: ", ")), and not for \(host).",
                do: "Have one issued for the host of the issuer."
            )
        }
        let days = certificate.notAfter.since(now) / 86_400
        guard days >= soon else { return .warning("certificate", "\(ends) That is in \(days) days.", do: renew) }
        return .good("certificate", ends)
    }

    /// The database and its log.
    static func database(_ path: String, _ condition: Condition?) -> [Finding] {
        guard let condition else {
            return [.good("database", "\(path) is not there yet; the server makes it.")]
        }
        var findings: [Finding] = []
        if condition.missingMigrations > 0 {
            findings.append(
                .warning(
                    "database",
                    "\(path) is whole and of an earlier release.",
                    do: "assent backup it before this release starts with it; the server brings it up to date."
                )
            )
        } else {
            findings.append(.good("database", "\(path) is whole, and last saw \(condition.seen.rfc3339)."))
        }
        let mebibytes = condition.logBytes / 1_048_576
        let seen = "\(path)-wal has \(mebibytes) MiB."
        findings.append(
            mebibytes < longLog
                ? .good("database.log", seen)
                : .warning(
                    "database.log",
                    seen,
                    do: "Somebody reads the database for long: end other programs that have it open, or restart."
                )
        )
        return findings
    }

    private static let longInUse: Int64 = 400
    private static let soon: Int64 = 21
    private static let longLog: Int64 = 256
}

extension Setup {
    fileprivate var secrets: [String] {
        [listening.tls?.privateKey, hooks?.passwordFile, database.file ?? database.passwordFile, people.path].compactMap
        { $0 }
    }

    fileprivate var folders: [String] {
        [keys.path, clients.path, pages.path] + (database.file.map { [DatabasePath.folder(of: $0)] } ?? [])
    }
}

extension WireText {
    /// RFC 6125 §6.4.3: a star stands for the first label, whole and alone.
    fileprivate func covers(_ host: WireText) -> Bool {
        let name = lowercasedASCII
        let host = host.lowercasedASCII
        guard name.hasPrefix("*.") else { return name == host }
        let labels = host.split(at: UInt8(ascii: "."))
        guard labels.count > 2 else { return false }
        return name.split(at: UInt8(ascii: ".")).dropFirst().elementsEqual(labels.dropFirst())
    }
}
