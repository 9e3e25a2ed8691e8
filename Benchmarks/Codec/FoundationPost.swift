/// A post as typically declared for Foundation's coders: no unknown fields, no unknown union
/// members, and no difference between absent and null.
struct FoundationPost: Codable {
  struct Reference: Codable {
    var uri: String
    var cid: String
  }

  struct Reply: Codable {
    var root: Reference
    var parent: Reference
  }

  struct Facet: Codable {
    struct Slice: Codable {
      var byteStart: Int
      var byteEnd: Int
    }

    struct Feature: Codable {
      enum CodingKeys: String, CodingKey {
        case type = "$type"
        case uri, tag, did
      }

      var type: String
      var uri: String?
      var tag: String?
      var did: String?
    }

    var index: Slice
    var features: [Feature]
  }

  struct Blob: Codable {
    enum CodingKeys: String, CodingKey {
      case type = "$type"
      case ref, mimeType, size
    }

    struct Link: Codable {
      enum CodingKeys: String, CodingKey {
        case cid = "$link"
      }

      var cid: String
    }

    var type: String
    var ref: Link
    var mimeType: String
    var size: Int
  }

  struct Embed: Codable {
    enum CodingKeys: String, CodingKey {
      case type = "$type"
      case images, external, record
    }

    struct Image: Codable {
      struct AspectRatio: Codable {
        var width: Int
        var height: Int
      }

      var alt: String
      var image: Blob
      var aspectRatio: AspectRatio?
    }

    struct External: Codable {
      var uri: String
      var title: String
      var description: String
      var thumb: Blob?
    }

    var type: String
    var images: [Image]?
    var external: External?
    var record: Reference?
  }

  struct Labels: Codable {
    struct Label: Codable {
      var val: String
    }

    var values: [Label]
  }

  var text: String
  var createdAt: String
  var langs: [String]?
  var tags: [String]?
  var reply: Reply?
  var facets: [Facet]?
  var embed: Embed?
  var labels: Labels?
}
