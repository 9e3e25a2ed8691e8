import Foundation
import Hummingbird

/// The same page as typically written for Hummingbird and `Codable`.
struct BareRecords: ResponseCodable {
  struct Record: Codable {
    var uri: String
    var cid: String
    var value: Post
  }

  struct Post: Codable {
    var type: String
    var text: String
    var langs: [String]
    var reply: Reply
    var createdAt: String

    enum CodingKeys: String, CodingKey {
      case type = "$type"
      case text, langs, reply, createdAt
    }
  }

  struct Reply: Codable {
    var root: Reference
  }

  struct Reference: Codable {
    var cid: String
    var uri: String
  }

  var cursor: String?
  var records: [Record]

  struct Query: Decodable {
    var repo: String
    var collection: String
    var limit: Int?
    var cursor: String?
    var reverse: Bool?
  }

  static func sample() throws -> BareRecords {
    try JSONDecoder().decode(BareRecords.self, from: Data(ListRecordsSample.json.utf8))
  }
}
