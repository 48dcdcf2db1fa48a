/// Every bound of the house, with its reason.
package enum Limits {
    // MARK: Text

    /// Deeper than any document we read, far from the depth at which recursion would end the process.
    package static let jsonDepth = 32
    /// A body has this bound already; tokens and claims have narrower ones.
    package static let jsonBytes = 65_536
    /// A configuration with comments on every line is some 20 KiB.
    package static let configurationBytes = 1_048_576
    /// Authorization requests have about twenty parameters.
    package static let formFields = 100
    /// A company may share all its accounts at once; a body of these is below 64 KiB.
    package static let pageFormFields = 1_000

    // MARK: HTTP

    /// Redirect URIs, states and request objects fit; it is what proxies allow as well.
    package static let requestLineBytes = 8_192
    /// The longest registered method, BASELINE-CONTROL, has 16 letters.
    package static let methodBytes = 32
    /// A name of the DNS has at most 253 bytes, and a port six with its colon.
    package static let authorityBytes = 259
    package static let headerFieldBytes = 8_192
    package static let headerFields = 100
    /// What a browser sends with a form; room for these is made at once.
    package static let expectedHeaderFields = 24
    package static let headBytes = 32_768
    /// The largest body that any endpoint has a use for.
    package static let bodyBytes = 65_536
    /// Browsers refuse longer cookies: RFC 6265 §6.1.
    package static let cookieBytes = 4_096
    package static let chunkExtensionBytes = 256
    package static let chunkExtensionBytesInAll = 4_096
    /// Chunks of a body: a client that sends single bytes is not one of ours.
    package static let chunks = 4_096
    /// Requests of one connection that are answered in a row while others wait: some 200 µs of work.
    package static let pipelinedRequests = 8

    // MARK: Deadlines, in seconds

    package static let headSeconds = 10
    package static let bodySeconds = 10
    package static let idleSeconds = 60
    package static let handshakeSeconds = 5
    package static let writeSeconds = 10
    /// How long a client that was refused may go on sending before the connection is cut.
    package static let lingerSeconds = 2
    /// For an answer to a request of ours, from connecting to its last byte.
    package static let answerSeconds = 10
    /// For an answer of the bank's own systems, while a person waits for a page.
    package static let hookSeconds = 3
    /// How long a stop waits for answers that are being made.
    package static let drainSeconds = 10

    // MARK: Our own client, for tests of redirect flows

    /// Pages of other servers may be much larger than ours.
    package static let exchangeBytes = 2_097_152
    package static let exchangeSeconds = 30
    /// A run with every check makes some 600; the oldest are forgotten.
    package static let exchangesKept = 4_096
    package static let cookiesKept = 100
    /// Redirects and pages between an authorization request and its answer.
    package static let hops = 30
    /// Journeys at the sandbox's workbench; the oldest are forgotten.
    package static let flowsKept = 24
    /// What one of them may write down: a whole journey with every trial has some 150 KiB.
    package static let flowBytes = 1_048_576
    package static let flowExchanges = 200
    /// One value of the workbench's form, an address with an ID token in it among them.
    package static let flowFieldBytes = 16_384

    // MARK: Connections and queues

    package static let connectionsPerLoop = 16_384
    /// What a connection takes at the most while its request is read and answered, in buffers that grow by doubling.
    package static let busyConnectionBytes = 262_144
    /// So many are served at a time however little memory there is.
    package static let busyConnectionsAtLeast = 16
    /// Commits that may wait for the writer; beyond that clients hear 503.
    package static let writerQueue = 4_096
    /// Commits that share one transaction: the first of them waits for the last.
    package static let writerGroup = 512
    /// A database that is larger is looked at beside the work and not before it: each megabyte takes some milliseconds.
    package static let checkedAtStartBytes = 2_097_152
    /// Pages in the log after which it is moved into the file: 4 MiB, as SQLite does by itself.
    package static let checkpointFrames = 1_000
    /// Pages that the log may grow to behind long readers before it is emptied by force: 64 MiB.
    package static let logFrames = 16_384
    /// People who may wait for one of the two workers that check passwords.
    package static let passwordQueue = 64

    /// Persons who may wait at once for the bank's own systems.
    package static let hookCalls = 64
    /// An answer of the bank's own systems: a page of accounts is some 10 KiB.
    package static let hookBytes = 65_536

    /// Calls to hosts of clients that are under way at once; the next one is not made.
    package static let outboundCalls = 32
    /// Of these, as many as each of the three jobs may make that nobody waits for; the last quarter is for those who wait.
    ///
    /// The jobs are notices of logouts, notices of decisions, and keys that are fetched by the hour.
    package static let outboundCallsOfJob = 8
    /// For an answer of such a host, from its name to its last byte.
    package static let outboundSeconds = 3
    /// A hundred keys of 512 bytes.
    package static let outboundBytes = 65_536
    /// Names that are looked up at once for such calls.
    package static let outboundLookups = 2

    /// How often the keys at a client's `jwks_uri` are fetched where nobody asks for a new one.
    package static let remoteKeysSeconds = 3_600
    /// Between two attempts to fetch them: who names keys that are not there causes no more.
    package static let remoteKeysPauseSeconds = 60
    /// How long fetched keys are believed while they cannot be fetched again.
    package static let remoteKeysStaleSeconds = 86_400

    // MARK: JOSE

    /// An ID token with every claim we know is below 4 KiB.
    package static let tokenBytes = 16_384
    package static let keysInSet = 100
    /// RFC 7519 allows any text; names beyond this are no names.
    package static let claimBytes = 2_048
    /// OpenID Connect Core §2.
    package static let subjectBytes = 255
    /// Tokens name one receiver, or the few names of one.
    package static let audiences = 32
    /// RSA: below is broken before our tokens expire, above only costs us time (NIST SP 800-131A, RFC 7518 §3.3).
    package static let modulusBits = 2_048...8_192

    /// How long our keys may be kept by whoever has read them, before they look again.
    package static let keySetSeconds = 300
    /// Every token that we sign is over a day later, however lifetimes are configured; the hour is for clocks and
    /// for an ID token that comes back as a hint.
    package static let keyRetentionSeconds = 90_000

    // MARK: Certificates

    /// Subjects of open banking have some 150 bytes.
    package static let distinguishedNameBytes = 2_048
    /// Between a client's certificate and an authority that we believe there are two at most.
    package static let certificateIssuers = 8
    /// A file of a hundred authorities.
    package static let authoritiesBytes = 1_048_576

    // MARK: OAuth

    package static let redirectURIBytes = 2_048
    /// A form that is turned into a query, which must fit into a request line with room to spare.
    package static let turnedFormBytes = 6_144
    /// A state as it is escaped in our answer, which with the longest redirect URI and an ID token fits a header.
    package static let stateBytes = 3_072
    package static let nonceBytes = 2_048
    package static let scopes = 64
    package static let claimsParameterBytes = 8_192
    package static let claimsParameterDepth = 8
    package static let authorizationDetailsBytes = 8_192
    package static let authorizationDetailsDepth = 8
    /// Resources that one request names, or that a bank lists: each stands in every token.
    package static let resources = 32
    /// Through how many hands a token may go that was swapped for another.
    package static let actors = 4
    /// All parameters of an authorization request that waits: strangers can make us keep as many as they send.
    package static let parkedBytes = 8_192
    /// A signed answer is looked at within the time of a redirect; OpenID's suite takes ten minutes at the most.
    package static let signedAnswerSeconds = 300
    /// A request object lives this long, and began no longer ago: FAPI 1.0 Advanced §5.2.2.
    package static let requestObjectSeconds = 3_600
    /// Pushed requests of one client that wait for a browser at a time: with their minute of life, 16 a second.
    package static let pushedRequests = 1_000
    /// How long a pushed request is kept after it was pushed: as long as a decision about it may take.
    package static let pushedRequestSeconds = 3_660
    /// Requests of one client that it polls and nobody has decided: with their ten minutes, one or two a second.
    package static let polledRequests = 1_000
    /// Pages that can be opened with one code of a device, so that nobody else opens more with it.
    package static let userCodeEntries = 5
    /// Requests by the back channel that wait for one person: nobody is asked by more at once.
    package static let summonses = 10
    /// Of these, those of one client: another one can still ask.
    package static let summonsesOfClient = 5
    /// Browsers that have typed wrong codes and are remembered for it.
    package static let guessingBrowsers = 10_000
    /// A person reads it on a telephone and compares it.
    package static let bindingMessageCharacters = 64
    package static let bindingMessageBytes = 512
    /// Longer than anybody waits for an answer.
    package static let backchannelSeconds = 3_600
    /// OpenID CIBA Core 1.0 §7.1.
    package static let notificationTokenBytes = 1_024
    /// Between two looks for notices that could not be delivered.
    package static let noticePauseSeconds = 5
    /// How long after its end a request that is polled is kept, so that its client hears that it has expired.
    package static let polledRequestSeconds = 3_600
    /// Codes whose last poll is remembered; who is forgotten is only not slowed down.
    package static let rememberedPolls = 4_096
    /// Clocks of clients may be this far ahead of ours: OpenID's suite wants 10 s accepted and 60 s refused.
    package static let clockSkewSeconds = 10
    /// Back-Channel Logout §2.4 recommends two minutes at the most.
    package static let logoutTokenSeconds = 120
    /// How long after each attempt that came to nothing a client is told of a logout again: an hour in all.
    package static let logoutPauses = [15, 30, 60, 120, 300, 900, 2_100]
    /// When a client that could not be told is told no more, whatever has kept us from trying.
    package static let logoutNoticeSeconds = 86_400
    /// Frames of a page that tells clients in the browser; the policy that names their hosts is one header line.
    package static let logoutFrames = 32
    /// A client assertion may live this long, so that the list of spent ones stays short.
    package static let assertionSeconds = 300
    package static let assertionIdentifierBytes = 256
    /// A proof of possession is made for one request: OpenID's suite wants one of an hour ago refused, and 61 s is late.
    package static let proofSeconds = 60
    /// The longest life of an access token that can be configured: who verifies by signature alone hears of an end then.
    package static let accessTokenSeconds = 3_600
    /// Wrong redemptions after which a code is spent.
    package static let codeFailures = 5

    /// Clients that may have registered themselves; all of them are kept in memory.
    package static let registeredClients = 10_000
    /// Clients that one piece of software may have registered at a time.
    package static let registrationsOfSoftware = 5
    /// How old a statement about software may be: a year, since they have no end of their own.
    package static let softwareStatementSeconds: Int64 = 31_536_000
    /// What such a client may say of itself: two keys with their certificates, and twenty redirect URIs.
    package static let registrationBytes = 16_384

    /// How long a list of statuses may be kept: what has ended reaches everybody who reads lists within this time.
    package static let statusListSeconds = 30
    /// A list that nobody could fetch anew is believed for no longer.
    package static let statusListLifeSeconds = 300
    /// Neighbours that are tried for a free place: with half of all places taken, three are enough for most.
    package static let statusProbes = 64

    /// A clock that was set back by more is not believed; time servers correct by less.
    package static let clockSetBackSeconds: Int64 = 300
    /// How long what is over is kept, so that a clock that is set back does not make it count again.
    package static let sweepMarginSeconds = 86_400

    // MARK: Limits of requests

    /// Clients whose requests are counted at a time: those that ask within the same seconds.
    package static let limitedClients = 2_048
    /// Networks whose requests are counted at a time; who is forgotten is only not slowed down.
    package static let limitedNetworks = 4_096
    /// Between two lines in the log about the same client or network that asks for too much.
    package static let refusalLogSeconds = 60

    // MARK: Consents

    /// The vocabulary has 21 codes; whoever repeats each of them four times is playing.
    package static let permissionCodes = 100
    /// The longest date with a fraction of nanoseconds and a zone has 35 characters.
    package static let dateBytes = 64
    /// The longest name of a field in the APIs has 36 letters.
    package static let fieldNameBytes = 64
    /// From a third party's first call to the last look at its result: an hour to log in, choose and fetch.
    package static let accessSessionSeconds = 3_600
    /// Accounts that a session may name: a company's, with room to spare.
    package static let namedAccounts = 100
    /// Ten years, the longest life of a consent that can be configured.
    package static let lifetimeDays = 3_650
    /// Uses of a consent in a day while its person is away: Article 36(5)(b) of the RTS on authentication.
    package static let unattendedUses = 4
    /// Uses of a consent in a day while its person is said to be there: one every seven minutes, day and night.
    package static let attendedUses = 200
    /// Accounts are named by their banks; none of them needs more.
    package static let accountIdentifierBytes = 256
    /// The longest spelling of an address, with an IPv4 address at its end: RFC 4291 §2.2.
    package static let ipAddressBytes = 45
    /// Transactions on one page of a listing, at most and where nothing is asked for.
    package static let pageTransactions = 200

    // MARK: People

    package static let passwordBytes = 1_024
    package static let usernameBytes = 256
    /// Marks on one letter of a name: Hebrew, Vietnamese and Thai need up to three, floods have dozens.
    package static let marksOnLetter = 4
    /// A sandbox's file of persons: a hundred of them with a year of entries.
    package static let directoryBytes = 8_388_608

    // MARK: Templates

    /// Sections in sections, partials in partials: pages need four.
    package static let templateDepth = 32
    /// Our largest template is a style sheet of 8 KiB.
    package static let templateBytes = 262_144
    /// Pieces of one template with all its partials: short partials that call each other twice would grow for ever.
    package static let templatePieces = 10_000
    /// Templates of a set, each counted once for every indentation it is called with.
    package static let templateFragments = 1_000
    package static let templateNameBytes = 64
    /// Names of one client, each in a language.
    package static let clientNames = 64
    /// A page is one file, which even a slow line brings in a moment.
    package static let pageBytes = 20_000

    // MARK: Telemetry

    /// Enough to recognise a value; what is longer was not meant for people.
    package static let logValueBytes = 256
    /// Some 4,000 lines: a second of work for a reader that was busy.
    package static let logQueueBytes = 1_048_576
}
