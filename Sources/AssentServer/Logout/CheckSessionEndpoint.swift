internal import Crypto
internal import HTTP
internal import Text

/// `GET /session`: the page that a client frames to be told of a logout, OpenID Connect Session Management §3.2.
///
/// It is the one page of ours with a script, and the one that may be framed: it shows nothing, takes nothing, and what
/// it reads is a cookie that holds no secret.
struct CheckSessionEndpoint: Endpoint {
    let routes = [Route(.get, "/session")]

    private let page: [UInt8]
    private let policy: FieldValue

    init() {
        page = Array("<!doctype html><title>session</title><script>\(Self.script)</script>".utf8)
        let digest = Base64.encode(Digest.sha256(WireText(Self.script)))
        policy =
            FieldValue(
                WireText("default-src 'none'; base-uri 'none'; form-action 'none'; script-src 'sha256-\(digest)'")
            ) ?? "default-src 'none'"
    }

    func respond(to request: Request, _ parts: PathParts, at now: Timestamp) async -> Response {
        var response = Response.html(page)
        response.fields.append(.contentSecurityPolicy, policy)
        response.fields.append(.referrerPolicy, "no-referrer")
        // Whoever isolates their own page may frame this one as well.
        response.fields.append(.crossOriginResourcePolicy, "cross-origin")
        response.fields.append(.cacheControl, "public, max-age=300")
        return response
    }

    /// Session Management §3.2: a client says `client_id session_state`, and hears whether that is still so.
    ///
    /// The answer goes to the origin that asked, and the origin is part of what is compared: no page learns anything of
    /// the login of another.
    private static let script = """
        addEventListener("message", async ({ data, origin, source }) => {
          const words = typeof data === "string" ? data.split(" ") : [];
          const salt = words.length === 2 ? words[1].split(".")[1] : "";
          if (!words[0] || !salt) return source.postMessage("error", origin);
          const name = "\(BrowserCookies.state)=";
          const cookie = document.cookie.split("; ").find((pair) => pair.startsWith(name)) || name;
          const text = [words[0], origin, cookie.slice(name.length), salt].join(" ");
          const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
          const hex = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
          source.postMessage(hex + "." + salt === words[1] ? "unchanged" : "changed", origin);
        });
        """
}
