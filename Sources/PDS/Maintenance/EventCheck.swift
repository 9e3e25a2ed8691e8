import ATProtoData
import ATProtoSyntax
import ComAtprotoAPI
import XRPC
import XRPCServer

/// Checks that the stored events of the firehose can be sent: each decodes and contains its own
/// sequence number, and the revisions of an account increase.
struct EventCheck {
  private typealias Stream = ComAtproto.Sync.SubscribeRepos

  /// The sequence number of the last event.
  private(set) var sequence = 0
  private var revs: [String: String] = [:]

  mutating func take(_ entry: SequencedFrame) -> [PDSFinding] {
    let subject = "event \(entry.sequence)"
    defer { sequence = max(sequence, entry.sequence) }
    guard entry.sequence > sequence else { return [.damage(subject, "it follows \(sequence)")] }
    do {
      guard case .message(let type, let payload) = try EventStreamFrame(bytes: entry.bytes) else {
        return [.damage(subject, "it is not a message")]
      }
      let number: Int
      var faults: [String] = []
      switch type {
      case "#commit":
        let commit = try Stream.Commit(cbor: payload)
        number = commit.seq
        if let fault = follow(commit.repo.string, commit.rev.string) { faults.append(fault) }
      case "#sync":
        let sync = try Stream.Sync(cbor: payload)
        number = sync.seq
        revs[sync.did.string] = sync.rev
      case "#identity": number = try Stream.Identity(cbor: payload).seq
      case "#account": number = try Stream.Account(cbor: payload).seq
      default: return [.damage(subject, "\(type) is not an event of this stream")]
      }
      if number != entry.sequence { faults.append("it contains the sequence number \(number)") }
      return faults.map { .damage(subject, $0) }
    } catch {
      return [.damage(subject, "it cannot be decoded: \(error)")]
    }
  }

  /// Returns what is wrong with a commit that follows the earlier ones, or nil.
  private mutating func follow(_ did: String, _ rev: String) -> String? {
    defer { revs[did] = rev }
    // TIDs are ordered as strings.
    guard let last = revs[did], last >= rev else { return nil }
    return "the revision \(rev) of \(did) follows \(last)"
  }
}
