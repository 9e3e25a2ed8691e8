import ATProtoData
import ATProtoRepo
import ComAtprotoAPI

/// A change of a record of this lexicon, from a message of the firehose.
enum GardenEvent {
  typealias Message = ComAtproto.Sync.SubscribeRepos.Message
  typealias Observation = ComExample.Garden.Observation

  case seen(uri: String, Observation)
  case gone(uri: String)
  /// A record in the collection that is not valid, and the reason.
  case refused(uri: String, reason: String)

  /// Most messages concern other collections; only the message itself is decoded for those.
  static func events(in message: Message) -> [GardenEvent] {
    guard case .commit(let commit) = message else { return [] }
    let prefix = "\(Observation.nsid)/"
    let operations = commit.ops.filter { $0.path.hasPrefix(prefix) }
    guard !operations.isEmpty else { return [] }
    // The records are in a CAR file, whose hashes are checked while reading.
    let blocks = Result { try CARBlocks(commit.blocks.array) }
    return operations.map { operation in
      let uri = "at://\(commit.repo)/\(operation.path)"
      guard let cid = operation.cid.value else { return .gone(uri: uri) }
      do {
        guard let block = try blocks.get().block(cid) else {
          return .refused(uri: uri, reason: "the record is missing from the message")
        }
        let observation = try Observation(cbor: block)
        let violations = observation.validate()
        guard violations.isEmpty else {
          return .refused(uri: uri, reason: "\(violations[0])")
        }
        return .seen(uri: uri, observation)
      } catch {
        return .refused(uri: uri, reason: "\(error)")
      }
    }
  }
}

extension GardenEvent: CustomStringConvertible {
  var description: String {
    switch self {
    case .seen(let uri, let observation):
      let count = observation.count.map { "\($0) × " } ?? ""
      let stage = observation.stage.map { ", \(stageText($0))" } ?? ""
      let follows = observation.follows.map { ", after \($0.uri)" } ?? ""
      return "\(uri): \(count)\(observation.species)\(stage)\(follows)"
    case .gone(let uri): return "\(uri): deleted"
    case .refused(let uri, let reason): return "\(uri): rejected: \(reason)"
    }
  }

  /// The lexicon may grow, so there can be unknown stages.
  private func stageText(_ stage: Observation.Stage) -> String {
    switch stage {
    case .sprout: "just sprouting"
    case .flower: "in flower"
    case .fruit: "with fruit"
    default: stage.rawValue
    }
  }
}

extension GardenEvent.Message {
  /// The sequence number; nil for messages that are not events.
  var sequence: Int? {
    switch self {
    case .commit(let commit): commit.seq
    case .sync(let sync): sync.seq
    case .identity(let identity): identity.seq
    case .account(let account): account.seq
    default: nil
    }
  }
}
