import ATProtoCrypto
import ATProtoData
import ATProtoHTTP
import ATProtoIdentity
import ATProtoLabels
import ATProtoSyntax
import AppBskyAPI
import ComAtprotoAPI
import HTTPTypes
import Labeler
import XRPC
import XRPCClient

/// Checks a labeler from outside, as apps and app views see it: its identity, its endpoints, and its
/// declaration, each against the running service.
struct LabelerCheck: Sendable {
  enum Row: String, CaseIterable, Sendable {
    case identity, key, service, url, reachable, health, stream, query, reports, declaration
  }

  /// The result of one row.
  struct Finding: Equatable, Sendable {
    let row: Row
    let isOK: Bool
    /// What was found, or what is wrong and what to do about it.
    let text: String
  }

  let did: DID
  /// The key that is known to sign labels; nil to accept whatever the identity says.
  let key: PublicKey?
  let directory: any IdentityDirectory
  let transport: any HTTPTransport

  /// One finding for each row, in order. Rows that depend on a failed one say so.
  func findings() async -> [Finding] {
    await directory.purge(did, handle: nil)
    let document: DIDDocument
    do throws(IdentityError) {
      document = try await directory.document(of: did)
    } catch {
      return [Self.problem(.identity, error.reason)]
        + Row.allCases.dropFirst().map {
          Self.problem($0, "not checked: the identity is not known")
        }
    }
    var findings = [Finding(row: .identity, isOK: true, text: did.string), keyFinding(document)]
    let url: HTTPURL
    do throws(IdentityError) {
      url = try document.endpoint(LabelerIdentity.service, type: LabelerIdentity.serviceType)
      findings.append(Finding(row: .service, isOK: true, text: "\(url)"))
    } catch {
      findings.append(
        Self.problem(.service, "\(error.reason); run atproto labeler setup with --url")
      )
      let unchecked: [Row] = [.url, .reachable, .health, .stream, .query, .reports]
      findings += unchecked.map { Self.problem($0, "not checked: there is no URL") }
      return findings + [await declarationFinding(document)]
    }
    findings += await serviceFindings(url)
    return findings + [await declarationFinding(document, servedBy: url)]
  }

  private static func problem(_ row: Row, _ text: String) -> Finding {
    Finding(row: row, isOK: false, text: text)
  }

  private func keyFinding(_ document: DIDDocument) -> Finding {
    let check = IdentityCheck(of: did, key: key, url: nil, directory: directory)
    if let problem = check.problems(of: document).first(where: { $0.subject == .key }) {
      return Self.problem(.key, problem.text)
    }
    let published = try? document.signingKey(LabelerIdentity.key)
    return Finding(row: .key, isOK: true, text: published?.didKey ?? "")
  }

  // MARK: The running service

  private func serviceFindings(_ url: HTTPURL) async -> [Finding] {
    let health: HTTPTransportResponse
    do throws(TransportError) {
      health = try await get(url, "/xrpc/_health")
    } catch {
      let unchecked: [Row] = [.health, .stream, .query, .reports]
      return [
        await urlFinding(url),
        Self.problem(
          .reachable,
          "cannot reach \(url.origin): \(error.reason); start the labeler, or check the proxy"
        ),
      ] + unchecked.map { Self.problem($0, "not checked: the labeler cannot be reached") }
    }
    let client = XRPCClient(service: ServiceEndpoint(url), transport: transport)
    return [
      await urlFinding(url),
      Finding(row: .reachable, isOK: true, text: url.origin),
      Self.healthFinding(health),
      await streamFinding(client),
      await queryFinding(client),
      await reportsFinding(client),
    ]
  }

  private func get(
    _ url: HTTPURL,
    _ path: String
  ) async throws(TransportError) -> HTTPTransportResponse {
    guard let url = url.at(path) else {
      throw TransportError(code: .unsupported, reason: "'\(path)' is not a valid path")
    }
    return try await transport.send(
      url.request(.get, [.accept: "application/json"]),
      body: nil,
      options: TransportOptions(timeout: .seconds(10), maximumResponseBytes: 2 << 20)
    )
  }

  /// Clients append `/xrpc/…` to the URL, so one with a path leads nowhere. What the labeler states
  /// about itself must be the same.
  private func urlFinding(_ url: HTTPURL) async -> Finding {
    guard url.target == "/" else {
      return Self.problem(
        .url,
        "\(url) must not have a path; run atproto labeler setup with --url \(url.origin)"
      )
    }
    guard url.scheme == "https" || url.isLoopback else {
      return Self.problem(
        .url,
        "\(url.origin) must use https; put a reverse proxy with TLS in front of it"
      )
    }
    guard let metadata = await metadata(url) else {
      return Finding(row: .url, isOK: true, text: url.origin)
    }
    if let stated = metadata["did"]?.string, stated != did.string {
      return Self.problem(
        .url,
        "the labeler at \(url.origin) is \(stated.prefix(200)); set LABELER_DID to \(did)"
      )
    }
    if let stated = metadata["url"]?.string, stated != url.origin {
      return Self.problem(
        .url,
        """
        the labeler says that it is at \(stated.prefix(200)), but the identity says \(url.origin); \
        set LABELER_PUBLIC_URL, or run atproto labeler setup
        """
      )
    }
    return Finding(row: .url, isOK: true, text: url.origin)
  }

  /// What a labeler of this project or of Ozone says about itself.
  private func metadata(_ url: HTTPURL) async -> DataValue? {
    guard let response = try? await get(url, "/.well-known/ozone-metadata.json"),
      response.head.status == .ok
    else { return nil }
    return try? DataValue(json: response.body)
  }

  private static func healthFinding(_ response: HTTPTransportResponse) -> Finding {
    guard response.head.status == .ok else {
      return problem(
        .health,
        """
        /xrpc/_health answers \(response.head.status.code); the URL may lead to another server; \
        check the log of the labeler
        """
      )
    }
    let version = (try? DataValue(json: response.body))?["version"]?.string
    return Finding(row: .health, isOK: true, text: version.map { "version \($0)" } ?? "ok")
  }

  private func streamFinding(_ client: XRPCClient) async -> Finding {
    do {
      let stream = try await client.subscribe(
        ComAtproto.Label.SubscribeLabels.self,
        ComAtproto.Label.SubscribeLabels.Parameters(),
        options: CallOptions(timeout: .seconds(10))
      )
      _ = stream
      return Finding(row: .stream, isOK: true, text: "subscribeLabels accepts WebSockets")
    } catch {
      return Self.problem(
        .stream,
        "cannot subscribe: \(error); the reverse proxy may not pass WebSockets on"
      )
    }
  }

  private func queryFinding(_ client: XRPCClient) async -> Finding {
    let labels: [ComAtproto.Label.Defs.Label]
    do {
      labels = try await client.comAtproto.label.queryLabels(
        ComAtproto.Label.QueryLabels.Parameters(uriPatterns: ["*"], limit: 10),
        options: CallOptions(timeout: .seconds(10))
      ).labels
    } catch {
      return Self.problem(.query, "cannot query labels: \(error)")
    }
    guard !labels.isEmpty else { return Finding(row: .query, isOK: true, text: "no labels yet") }
    let verdicts = await LabelVerifier(directory: directory).verify(labels, from: did)
    for verdict in verdicts {
      switch verdict {
      case .valid: continue
      case .invalid(let error), .unverified(let error):
        return Self.problem(
          .query,
          "\(error.reason); sign with the key in the identity: set LABELER_SIGNING_KEY_HEX"
        )
      }
    }
    return Finding(row: .query, isOK: true, text: "\(labels.count) labels, all signed")
  }

  /// A report without a token is refused by a labeler that accepts reports, and is not a method of
  /// any other.
  private func reportsFinding(_ client: XRPCClient) async -> Finding {
    do {
      _ = try await client.comAtproto.moderation.createReport(
        ComAtproto.Moderation.CreateReport.Input(
          reasonType: .reasonOther,
          subject: .repoRef(ComAtproto.Admin.Defs.RepoRef(did: FormatString(did)))
        ),
        options: CallOptions(timeout: .seconds(10))
      )
      return Self.problem(.reports, "reports are accepted without a token")
    } catch {
      guard error.status == 401 else {
        return Self.problem(
          .reports,
          "createReport answers \(error); the labeler cannot receive reports"
        )
      }
      return Finding(row: .reports, isOK: true, text: "createReport asks for a token")
    }
  }

  // MARK: The declaration

  /// - Parameter service: the URL of the running labeler, which may use a declaration of its own.
  private func declarationFinding(
    _ document: DIDDocument,
    servedBy service: HTTPURL? = nil
  ) async -> Finding {
    let record: DataValue?
    do {
      let client = XRPCClient(
        service: ServiceEndpoint(try document.pds),
        transport: transport
      )
      record = try await LabelerDeclaration(client: client, did: FormatString(did)).stored()
    } catch {
      return Self.problem(.declaration, "cannot read the declaration: \(error)")
    }
    guard let record else {
      return Self.problem(
        .declaration,
        "there is no app.bsky.labeler.service record; run atproto labeler setup"
      )
    }
    do {
      let problems = try LabelerDeclaration.problems(record)
      guard problems.isEmpty else {
        return Self.problem(.declaration, problems.joined(separator: "; "))
      }
      if let service, let own = await metadata(service)?["declaration"],
        try !DeclarationCheck.isSame(AppBsky.Labeler.Service(record), AppBsky.Labeler.Service(own))
      {
        return Self.problem(.declaration, DeclarationCheck.difference)
      }
    } catch {
      return Self.problem(.declaration, "\(error)")
    }
    let values = record["policies"]?["labelValues"]?.array?.count ?? 0
    return Finding(row: .declaration, isOK: true, text: "\(values) label values")
  }
}

extension HTTPURL {
  fileprivate var isLoopback: Bool {
    host == "localhost" || IPAddress(host)?.isLoopback == true
  }
}
