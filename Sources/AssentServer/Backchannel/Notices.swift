internal import Crypto
internal import HTTP
internal import OAuth
internal import Storage
internal import Synchronization
internal import Telemetry
internal import Text

/// Tells clients that there is something to fetch: OpenID CIBA Core 1.0 §10.2.
///
/// What is still to be told stands in the store, with the decision that it tells of, so that no end of this process
/// loses it. Whoever is told knows nothing yet: the tokens are fetched at the token endpoint.
package struct Notices: Sendable {
    private let house: House

    package init(_ house: House) {
        self.house = house
    }

    /// Goes round until the task is cancelled: at every decision, and every few seconds for those that failed.
    package func run() async {
        while !Task.isCancelled {
            await round()
            await house.noticeBell.wait(seconds: Limits.noticePauseSeconds)
        }
    }

    /// Tells everybody who is due, each once.
    package func round() async {
        let now = house.clock.now
        let due: [PolledRequest]
        do { due = try await house.store.duePings(at: now, limit: Limits.outboundCallsOfJob) } catch {
            house.log.warning("notices.failed", ["reason": .text(WireText("\(error)"))])
            return
        }
        await withTaskGroup { group in
            for request in due { group.addTask { await tell(request, at: now) } }
        }
    }

    /// One attempt; what it does is kept before it begins, so that of two processes one alone makes it.
    private func tell(_ request: PolledRequest, at now: Timestamp) async {
        guard let notice = request.summons?.notice else { return }
        let client: Client?
        do { client = try await house.client(request.client) } catch { return }
        let begun = PolledRequestChange.attemptNotice(
            request.fingerprint,
            tries: notice.tries,
            next: now + notice.pause
        )
        guard case .kept = try? await house.store.commit([OAuth.Change.polled(begun)]) else { return }
        guard await send(notice, to: client) else { return }
        // Where even that fails, it is told once more: a client that has its tokens does not mind.
        do { try await house.commit([OAuth.Change.polled(.settleNotice(request.fingerprint))]) } catch {
            house.log.warning("notice.unkept", ["refusal": .text(WireText(error.label))])
        }
    }

    /// Whether there is nothing more to be told: it was heard, refused, or leads nowhere.
    private func send(_ notice: PolledRequest.Notice, to client: Client?) async -> Bool {
        guard let client, client.isEnabled,
            case .ping(let endpoint) = client.backchannel?.delivery,
            let token = house.backchannelIDs.open(notice.token, of: notice.name),
            let credentials = FieldValue(WireText("Bearer \(token)"))
        else { return true }
        var fields = Fields()
        fields.append(.authorization, credentials)
        fields.append(.contentType, "application/json")
        let body: JSON = ["auth_req_id": .text(house.backchannelIDs.id(of: notice.name))]
        do {
            let answer = try await house.outbound.send(
                .post,
                to: endpoint,
                fields: fields,
                body: JSONWriter.write(body)
            )
            // CIBA §10.2: 204, or 200 whose body means nothing. A redirect is not followed, and who refuses is not
            // asked again; only a server that is broken for a while may mend.
            house.log.info(
                "notice.sent",
                ["client": .text(client.id.text), "status": .integer(Int64(answer.status.code))]
            )
            return answer.status.code < 500
        } catch {
            house.log.warning(
                "notice.failed",
                ["client": .text(client.id.text), "reason": .text(WireText(String(describing: error)))]
            )
            return error == .notListed
        }
    }
}

extension PolledRequest.Notice {
    /// Twice as long after each failure.
    fileprivate var pause: Int { Limits.noticePauseSeconds << min(tries, 5) }
}

/// Wakes whoever tells clients, as soon as somebody has decided.
package final class NoticeBell: Sendable {
    private let waiting = Mutex<(isRung: Bool, waker: CheckedContinuation<Void, Never>?)>((false, nil))

    /// Something is to be told.
    func ring() {
        let waker = waiting.withLock { waiting in
            waiting.isRung = waiting.waker == nil
            defer { waiting.waker = nil }
            return waiting.waker
        }
        waker?.resume()
    }

    /// Returns when it is rung, or was while nobody waited, and after some seconds in any case.
    func wait(seconds: Int) async {
        let timer = Task {
            // One that was ended before its time has nothing to say, or nobody would ever rest.
            guard (try? await Task.sleep(for: .seconds(seconds))) != nil else { return }
            ring()
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isRung = waiting.withLock { waiting in
                    guard !waiting.isRung else {
                        waiting.isRung = false
                        return true
                    }
                    waiting.waker = continuation
                    return false
                }
                if isRung { continuation.resume() }
            }
        } onCancel: {
            ring()
        }
        timer.cancel()
    }
}
