// What the compiler emits, by hand: records, plain objects, open and closed unions, open and
// closed strings, nullable and recursive fields. This file is compiled like a user's module,
// without experimental features: that it compiles is a test of the contract.

import ATProtoData
import ATProtoSyntax

enum Sample {
  enum Embed {}
  enum Feed {}
}

extension Sample {
  struct StrongRef: LexiconObject {
    static let fields = FieldTable("cid uri")
    var cid: FormatString<CIDString>
    var uri: FormatString<ATURI>
    var unknownFields: UnknownFields

    init(
      cid: FormatString<CIDString>,
      uri: FormatString<ATURI>,
      unknownFields: UnknownFields = .init()
    ) {
      self.cid = cid
      self.uri = uri
      self.unknownFields = unknownFields
    }

    init(from _r: inout DataReader) throws(DataError) {
      var _o = try _r.beginObject(Self.fields)
      var cid: FormatString<CIDString>?
      var uri: FormatString<ATURI>?
      while let _i = try _r.nextField(&_o) {
        switch _i {
        case 0: cid = try FormatString<CIDString>(from: &_r)
        default: uri = try FormatString<ATURI>(from: &_r)
        }
      }
      self.cid = try _r.required(cid, 0, _o)
      self.uri = try _r.required(uri, 1, _o)
      self.unknownFields = _r.unknownFields(_o)
    }

    func encode(to _w: inout DataWriter) {
      var _o = _w.beginObject(Self.fields, unknownFields)
      _w.field(0, cid, &_o)
      _w.field(1, uri, &_o)
      _w.endObject(&_o)
    }

    func validate(into _v: inout Validator) {
      _v.nested("cid", cid)
      _v.nested("uri", uri)
    }
  }

  struct SelfLabel: LexiconObject {
    static let fields = FieldTable("val")
    var val: String
    var unknownFields: UnknownFields

    init(val: String, unknownFields: UnknownFields = .init()) {
      self.val = val
      self.unknownFields = unknownFields
    }

    init(from _r: inout DataReader) throws(DataError) {
      var _o = try _r.beginObject(Self.fields)
      var val: String?
      while try _r.nextField(&_o) != nil {
        val = try String(from: &_r)
      }
      self.val = try _r.required(val, 0, _o)
      self.unknownFields = _r.unknownFields(_o)
    }

    func encode(to _w: inout DataWriter) {
      var _o = _w.beginObject(Self.fields, unknownFields)
      _w.field(0, val, &_o)
      _w.endObject(&_o)
    }

    func validate(into _v: inout Validator) {
      _v.string("val", val, maxLength: 128)
    }
  }

  struct SelfLabels: LexiconObject {
    static let fields = FieldTable("values")
    var values: [SelfLabel]
    var unknownFields: UnknownFields

    init(values: [SelfLabel], unknownFields: UnknownFields = .init()) {
      self.values = values
      self.unknownFields = unknownFields
    }

    init(from _r: inout DataReader) throws(DataError) {
      var _o = try _r.beginObject(Self.fields)
      var values: [SelfLabel]?
      while try _r.nextField(&_o) != nil {
        values = try [SelfLabel](from: &_r)
      }
      self.values = try _r.required(values, 0, _o)
      self.unknownFields = _r.unknownFields(_o)
    }

    func encode(to _w: inout DataWriter) {
      var _o = _w.beginObject(Self.fields, unknownFields)
      _w.field(0, values, &_o)
      _w.endObject(&_o)
    }

    func validate(into _v: inout Validator) {
      _v.count("values", values.count, maxLength: 10)
      _v.nested("values", values)
    }
  }
}

extension Sample.Embed {
  struct AspectRatio: LexiconObject {
    static let fields = FieldTable("width height")
    var width: Int
    var height: Int
    var unknownFields: UnknownFields

    init(width: Int, height: Int, unknownFields: UnknownFields = .init()) {
      self.width = width
      self.height = height
      self.unknownFields = unknownFields
    }

    init(from _r: inout DataReader) throws(DataError) {
      var _o = try _r.beginObject(Self.fields)
      var width: Int?
      var height: Int?
      while let _i = try _r.nextField(&_o) {
        switch _i {
        case 0: width = try Int(from: &_r)
        default: height = try Int(from: &_r)
        }
      }
      self.width = try _r.required(width, 0, _o)
      self.height = try _r.required(height, 1, _o)
      self.unknownFields = _r.unknownFields(_o)
    }

    func encode(to _w: inout DataWriter) {
      var _o = _w.beginObject(Self.fields, unknownFields)
      _w.field(0, width, &_o)
      _w.field(1, height, &_o)
      _w.endObject(&_o)
    }

    func validate(into _v: inout Validator) {
      _v.integer("width", width, minimum: 1)
      _v.integer("height", height, minimum: 1)
    }
  }

  struct Image: LexiconObject {
    static let fields = FieldTable("alt image aspectRatio")
    var alt: String
    var image: Blob
    var aspectRatio: AspectRatio?
    var unknownFields: UnknownFields

    init(
      alt: String,
      image: Blob,
      aspectRatio: AspectRatio? = nil,
      unknownFields: UnknownFields = .init()
    ) {
      self.alt = alt
      self.image = image
      self.aspectRatio = aspectRatio
      self.unknownFields = unknownFields
    }

    init(from _r: inout DataReader) throws(DataError) {
      var _o = try _r.beginObject(Self.fields)
      var alt: String?
      var image: Blob?
      var aspectRatio: AspectRatio?
      while let _i = try _r.nextField(&_o) {
        switch _i {
        case 0: alt = try String(from: &_r)
        case 1: image = try Blob(from: &_r)
        default: aspectRatio = try AspectRatio(from: &_r)
        }
      }
      self.alt = try _r.required(alt, 0, _o)
      self.image = try _r.required(image, 1, _o)
      self.aspectRatio = aspectRatio
      self.unknownFields = _r.unknownFields(_o)
    }

    func encode(to _w: inout DataWriter) {
      var _o = _w.beginObject(Self.fields, unknownFields)
      _w.field(0, alt, &_o)
      _w.field(1, image, &_o)
      _w.optional(2, aspectRatio, &_o)
      _w.endObject(&_o)
    }

    func validate(into _v: inout Validator) {
      _v.blob("image", image, accept: ["image/*"], maxSize: 1_000_000)
      _v.nested("aspectRatio", aspectRatio)
    }
  }

  struct Images: LexiconObject {
    static let fields = FieldTable("images")
    var images: [Image]
    var unknownFields: UnknownFields

    init(images: [Image], unknownFields: UnknownFields = .init()) {
      self.images = images
      self.unknownFields = unknownFields
    }

    init(from _r: inout DataReader) throws(DataError) {
      var _o = try _r.beginObject(Self.fields)
      var images: [Image]?
      while try _r.nextField(&_o) != nil {
        images = try [Image](from: &_r)
      }
      self.images = try _r.required(images, 0, _o)
      self.unknownFields = _r.unknownFields(_o)
    }

    func encode(to _w: inout DataWriter) {
      var _o = _w.beginObject(Self.fields, unknownFields)
      _w.field(0, images, &_o)
      _w.endObject(&_o)
    }

    func validate(into _v: inout Validator) {
      _v.count("images", images.count, maxLength: 4)
      _v.nested("images", images)
    }
  }

  struct External: LexiconObject {
    static let fields = FieldTable("uri thumb title description")
    var uri: FormatString<URIString>
    var thumb: Blob?
    var title: String
    var description: String
    var unknownFields: UnknownFields

    init(from _r: inout DataReader) throws(DataError) {
      var _o = try _r.beginObject(Self.fields)
      var uri: FormatString<URIString>?
      var thumb: Blob?
      var title: String?
      var description: String?
      while let _i = try _r.nextField(&_o) {
        switch _i {
        case 0: uri = try FormatString<URIString>(from: &_r)
        case 1: thumb = try Blob(from: &_r)
        case 2: title = try String(from: &_r)
        default: description = try String(from: &_r)
        }
      }
      self.uri = try _r.required(uri, 0, _o)
      self.thumb = thumb
      self.title = try _r.required(title, 2, _o)
      self.description = try _r.required(description, 3, _o)
      self.unknownFields = _r.unknownFields(_o)
    }

    func encode(to _w: inout DataWriter) {
      var _o = _w.beginObject(Self.fields, unknownFields)
      _w.field(0, uri, &_o)
      _w.optional(1, thumb, &_o)
      _w.field(2, title, &_o)
      _w.field(3, description, &_o)
      _w.endObject(&_o)
    }

    func validate(into _v: inout Validator) {
      _v.nested("uri", uri)
      _v.blob("thumb", thumb, accept: ["image/*"], maxSize: 1_000_000)
    }
  }

  struct Link: LexiconObject {
    static let fields = FieldTable("external")
    var external: External
    var unknownFields: UnknownFields

    init(from _r: inout DataReader) throws(DataError) {
      var _o = try _r.beginObject(Self.fields)
      var external: External?
      while try _r.nextField(&_o) != nil {
        external = try External(from: &_r)
      }
      self.external = try _r.required(external, 0, _o)
      self.unknownFields = _r.unknownFields(_o)
    }

    func encode(to _w: inout DataWriter) {
      var _o = _w.beginObject(Self.fields, unknownFields)
      _w.field(0, external, &_o)
      _w.endObject(&_o)
    }

    func validate(into _v: inout Validator) {
      _v.nested("external", external)
    }
  }

  struct Quote: LexiconObject {
    static let fields = FieldTable("record")
    var record: Sample.StrongRef
    var unknownFields: UnknownFields

    init(record: Sample.StrongRef, unknownFields: UnknownFields = .init()) {
      self.record = record
      self.unknownFields = unknownFields
    }

    init(from _r: inout DataReader) throws(DataError) {
      var _o = try _r.beginObject(Self.fields)
      var record: Sample.StrongRef?
      while try _r.nextField(&_o) != nil {
        record = try Sample.StrongRef(from: &_r)
      }
      self.record = try _r.required(record, 0, _o)
      self.unknownFields = _r.unknownFields(_o)
    }

    func encode(to _w: inout DataWriter) {
      var _o = _w.beginObject(Self.fields, unknownFields)
      _w.field(0, record, &_o)
      _w.endObject(&_o)
    }

    func validate(into _v: inout Validator) {
      _v.nested("record", record)
    }
  }
}

extension Sample {
  struct ByteSlice: LexiconObject {
    static let fields = FieldTable("byteEnd byteStart")
    var byteEnd: Int
    var byteStart: Int
    var unknownFields: UnknownFields

    init(from _r: inout DataReader) throws(DataError) {
      var _o = try _r.beginObject(Self.fields)
      var byteEnd: Int?
      var byteStart: Int?
      while let _i = try _r.nextField(&_o) {
        switch _i {
        case 0: byteEnd = try Int(from: &_r)
        default: byteStart = try Int(from: &_r)
        }
      }
      self.byteEnd = try _r.required(byteEnd, 0, _o)
      self.byteStart = try _r.required(byteStart, 1, _o)
      self.unknownFields = _r.unknownFields(_o)
    }

    func encode(to _w: inout DataWriter) {
      var _o = _w.beginObject(Self.fields, unknownFields)
      _w.field(0, byteEnd, &_o)
      _w.field(1, byteStart, &_o)
      _w.endObject(&_o)
    }

    func validate(into _v: inout Validator) {
      _v.integer("byteEnd", byteEnd, minimum: 0)
      _v.integer("byteStart", byteStart, minimum: 0)
    }
  }

  struct Mention: LexiconObject {
    static let fields = FieldTable("did")
    var did: FormatString<DID>
    var unknownFields: UnknownFields

    init(from _r: inout DataReader) throws(DataError) {
      var _o = try _r.beginObject(Self.fields)
      var did: FormatString<DID>?
      while try _r.nextField(&_o) != nil {
        did = try FormatString<DID>(from: &_r)
      }
      self.did = try _r.required(did, 0, _o)
      self.unknownFields = _r.unknownFields(_o)
    }

    func encode(to _w: inout DataWriter) {
      var _o = _w.beginObject(Self.fields, unknownFields)
      _w.field(0, did, &_o)
      _w.endObject(&_o)
    }
  }

  struct FacetLink: LexiconObject {
    static let fields = FieldTable("uri")
    var uri: FormatString<URIString>
    var unknownFields: UnknownFields

    init(from _r: inout DataReader) throws(DataError) {
      var _o = try _r.beginObject(Self.fields)
      var uri: FormatString<URIString>?
      while try _r.nextField(&_o) != nil {
        uri = try FormatString<URIString>(from: &_r)
      }
      self.uri = try _r.required(uri, 0, _o)
      self.unknownFields = _r.unknownFields(_o)
    }

    func encode(to _w: inout DataWriter) {
      var _o = _w.beginObject(Self.fields, unknownFields)
      _w.field(0, uri, &_o)
      _w.endObject(&_o)
    }
  }

  struct Tag: LexiconObject {
    static let fields = FieldTable("tag")
    var tag: String
    var unknownFields: UnknownFields

    init(from _r: inout DataReader) throws(DataError) {
      var _o = try _r.beginObject(Self.fields)
      var tag: String?
      while try _r.nextField(&_o) != nil {
        tag = try String(from: &_r)
      }
      self.tag = try _r.required(tag, 0, _o)
      self.unknownFields = _r.unknownFields(_o)
    }

    func encode(to _w: inout DataWriter) {
      var _o = _w.beginObject(Self.fields, unknownFields)
      _w.field(0, tag, &_o)
      _w.endObject(&_o)
    }
  }

  struct Facet: LexiconObject {
    static let fields = FieldTable("index features")
    var index: ByteSlice
    var features: [Feature]
    var unknownFields: UnknownFields

    enum Feature: LexiconUnion {
      case mention(Mention)
      case link(FacetLink)
      case tag(Tag)
      case unknown(DataValue)

      static let members = MemberTable(
        "app.bsky.richtext.facet#mention app.bsky.richtext.facet#link app.bsky.richtext.facet#tag"
      )

      init(from _r: inout DataReader) throws(DataError) {
        switch try _r.unionMember(Self.members) {
        case 0: self = .mention(try Mention(from: &_r))
        case 1: self = .link(try FacetLink(from: &_r))
        case 2: self = .tag(try Tag(from: &_r))
        default: self = .unknown(try DataValue(from: &_r))
        }
      }

      func encode(to _w: inout DataWriter) {
        switch self {
        case .mention(let _m): _w.member(0, _m, Self.members)
        case .link(let _m): _w.member(1, _m, Self.members)
        case .tag(let _m): _w.member(2, _m, Self.members)
        case .unknown(let _m): _m.encode(to: &_w)
        }
      }

      func validate(into _v: inout Validator) {
        switch self {
        case .mention(let _m): _m.validate(into: &_v)
        case .link(let _m): _m.validate(into: &_v)
        case .tag(let _m): _m.validate(into: &_v)
        case .unknown: break
        }
      }
    }

    init(from _r: inout DataReader) throws(DataError) {
      var _o = try _r.beginObject(Self.fields)
      var index: ByteSlice?
      var features: [Feature]?
      while let _i = try _r.nextField(&_o) {
        switch _i {
        case 0: index = try ByteSlice(from: &_r)
        default: features = try [Feature](from: &_r)
        }
      }
      self.index = try _r.required(index, 0, _o)
      self.features = try _r.required(features, 1, _o)
      self.unknownFields = _r.unknownFields(_o)
    }

    func encode(to _w: inout DataWriter) {
      var _o = _w.beginObject(Self.fields, unknownFields)
      _w.field(0, index, &_o)
      _w.field(1, features, &_o)
      _w.endObject(&_o)
    }

    func validate(into _v: inout Validator) {
      _v.nested("index", index)
      _v.nested("features", features)
    }
  }
}

extension Sample.Feed {
  struct ReplyRef: LexiconObject {
    static let fields = FieldTable("root parent")
    var root: Sample.StrongRef
    var parent: Sample.StrongRef
    var unknownFields: UnknownFields

    init(
      root: Sample.StrongRef,
      parent: Sample.StrongRef,
      unknownFields: UnknownFields = .init()
    ) {
      self.root = root
      self.parent = parent
      self.unknownFields = unknownFields
    }

    init(from _r: inout DataReader) throws(DataError) {
      var _o = try _r.beginObject(Self.fields)
      var root: Sample.StrongRef?
      var parent: Sample.StrongRef?
      while let _i = try _r.nextField(&_o) {
        switch _i {
        case 0: root = try Sample.StrongRef(from: &_r)
        default: parent = try Sample.StrongRef(from: &_r)
        }
      }
      self.root = try _r.required(root, 0, _o)
      self.parent = try _r.required(parent, 1, _o)
      self.unknownFields = _r.unknownFields(_o)
    }

    func encode(to _w: inout DataWriter) {
      var _o = _w.beginObject(Self.fields, unknownFields)
      _w.field(0, root, &_o)
      _w.field(1, parent, &_o)
      _w.endObject(&_o)
    }

    func validate(into _v: inout Validator) {
      _v.nested("root", root)
      _v.nested("parent", parent)
    }
  }

  struct Post: LexiconRecord {
    static let nsid = "app.bsky.feed.post"
    static var recordKeyType: RecordKeyType { .tid }
    static let fields = FieldTable("tags text $type embed langs reply facets labels createdAt")
    var text: String
    var createdAt: FormatString<Datetime>
    var reply: ReplyRef?
    var embed: Embed?
    var langs: [FormatString<Language>]?
    var facets: [Sample.Facet]?
    var labels: Labels?
    var tags: [String]?
    var unknownFields: UnknownFields

    init(
      text: String,
      createdAt: FormatString<Datetime>,
      reply: ReplyRef? = nil,
      embed: Embed? = nil,
      langs: [FormatString<Language>]? = nil,
      facets: [Sample.Facet]? = nil,
      labels: Labels? = nil,
      tags: [String]? = nil,
      unknownFields: UnknownFields = .init()
    ) {
      self.text = text
      self.createdAt = createdAt
      self.reply = reply
      self.embed = embed
      self.langs = langs
      self.facets = facets
      self.labels = labels
      self.tags = tags
      self.unknownFields = unknownFields
    }

    enum Embed: LexiconUnion {
      case images(Sample.Embed.Images)
      case external(Sample.Embed.Link)
      case record(Sample.Embed.Quote)
      case unknown(DataValue)

      static let members = MemberTable(
        "app.bsky.embed.images app.bsky.embed.external app.bsky.embed.record"
      )

      init(from _r: inout DataReader) throws(DataError) {
        switch try _r.unionMember(Self.members) {
        case 0: self = .images(try Sample.Embed.Images(from: &_r))
        case 1: self = .external(try Sample.Embed.Link(from: &_r))
        case 2: self = .record(try Sample.Embed.Quote(from: &_r))
        default: self = .unknown(try DataValue(from: &_r))
        }
      }

      func encode(to _w: inout DataWriter) {
        switch self {
        case .images(let _m): _w.member(0, _m, Self.members)
        case .external(let _m): _w.member(1, _m, Self.members)
        case .record(let _m): _w.member(2, _m, Self.members)
        case .unknown(let _m): _m.encode(to: &_w)
        }
      }

      func validate(into _v: inout Validator) {
        switch self {
        case .images(let _m): _m.validate(into: &_v)
        case .external(let _m): _m.validate(into: &_v)
        case .record(let _m): _m.validate(into: &_v)
        case .unknown: break
        }
      }
    }

    // A closed union.
    enum Labels: LexiconUnion {
      case selfLabels(Sample.SelfLabels)

      static let members = MemberTable("com.atproto.label.defs#selfLabels")

      init(from _r: inout DataReader) throws(DataError) {
        switch try _r.unionMember(Self.members) {
        case 0: self = .selfLabels(try Sample.SelfLabels(from: &_r))
        default: throw _r.unknownMember()
        }
      }

      func encode(to _w: inout DataWriter) {
        switch self {
        case .selfLabels(let _m): _w.member(0, _m, Self.members)
        }
      }

      func validate(into _v: inout Validator) {
        switch self {
        case .selfLabels(let _m): _m.validate(into: &_v)
        }
      }
    }

    init(from _r: inout DataReader) throws(DataError) {
      var _o = try _r.beginObject(Self.fields)
      var tags: [String]?
      var text: String?
      var embed: Embed?
      var langs: [FormatString<Language>]?
      var reply: ReplyRef?
      var facets: [Sample.Facet]?
      var labels: Labels?
      var createdAt: FormatString<Datetime>?
      while let _i = try _r.nextField(&_o) {
        switch _i {
        case 0: tags = try [String](from: &_r)
        case 1: text = try String(from: &_r)
        case 2: try _r.type("app.bsky.feed.post")
        case 3: embed = try Embed(from: &_r)
        case 4: langs = try [FormatString<Language>](from: &_r)
        case 5: reply = try ReplyRef(from: &_r)
        case 6: facets = try [Sample.Facet](from: &_r)
        case 7: labels = try Labels(from: &_r)
        default: createdAt = try FormatString<Datetime>(from: &_r)
        }
      }
      self.text = try _r.required(text, 1, _o)
      self.createdAt = try _r.required(createdAt, 8, _o)
      self.reply = reply
      self.embed = embed
      self.langs = langs
      self.facets = facets
      self.labels = labels
      self.tags = tags
      self.unknownFields = _r.unknownFields(_o)
    }

    func encode(to _w: inout DataWriter) {
      var _o = _w.beginObject(Self.fields, unknownFields)
      _w.optional(0, tags, &_o)
      _w.field(1, text, &_o)
      _w.type(2, "app.bsky.feed.post", &_o)
      _w.optional(3, embed, &_o)
      _w.optional(4, langs, &_o)
      _w.optional(5, reply, &_o)
      _w.optional(6, facets, &_o)
      _w.optional(7, labels, &_o)
      _w.field(8, createdAt, &_o)
      _w.endObject(&_o)
    }

    func validate(into _v: inout Validator) {
      _v.count("tags", tags?.count, maxLength: 8)
      _v.each("tags", tags) { _v, _e in _v.string(_e, maxLength: 640, maxGraphemes: 64) }
      _v.string("text", text, maxLength: 3000, maxGraphemes: 300)
      _v.nested("embed", embed)
      _v.count("langs", langs?.count, minLength: 1, maxLength: 3)
      _v.nested("langs", langs)
      _v.nested("reply", reply)
      _v.nested("facets", facets)
      _v.nested("labels", labels)
      _v.nested("createdAt", createdAt)
    }
  }
}

extension Sample {
  /// An open string.
  struct Severity: LexiconOpenString {
    static let knownValues = ["inform", "alert", "none"]
    static let alert = Self("alert")
    let rawValue: String

    init(_ rawValue: String) {
      self.rawValue = rawValue
    }
  }

  /// A closed string.
  enum Direction: String, LexiconClosedString {
    case up
    case down
  }

  /// A type that contains itself, with fields of every other kind.
  struct Node: LexiconObject {
    static let fields = FieldTable("n up all any data flag hash link when severity direction")
    var n: Int?
    var up: Box<Node>?
    var all: [Box<Node>]?
    var any: DataValue?
    var data: Bytes?
    var hash: CID?
    var link: Nullable<CID>?
    var flag: Bool?
    var when: Nullable<FormatString<Datetime>>
    var severity: Severity?
    var direction: Direction?
    var unknownFields: UnknownFields

    init(
      n: Int? = nil,
      up: Box<Node>? = nil,
      all: [Box<Node>]? = nil,
      any: DataValue? = nil,
      data: Bytes? = nil,
      hash: CID? = nil,
      link: Nullable<CID>? = nil,
      flag: Bool? = nil,
      when: Nullable<FormatString<Datetime>>,
      severity: Severity? = nil,
      direction: Direction? = nil,
      unknownFields: UnknownFields = .init()
    ) {
      self.n = n
      self.up = up
      self.all = all
      self.any = any
      self.data = data
      self.hash = hash
      self.link = link
      self.flag = flag
      self.when = when
      self.severity = severity
      self.direction = direction
      self.unknownFields = unknownFields
    }

    init(from _r: inout DataReader) throws(DataError) {
      var _o = try _r.beginObject(Self.fields)
      var n: Int?
      var up: Box<Node>?
      var all: [Box<Node>]?
      var any: DataValue?
      var data: Bytes?
      var hash: CID?
      var link: Nullable<CID>?
      var flag: Bool?
      var when: Nullable<FormatString<Datetime>>?
      var severity: Severity?
      var direction: Direction?
      while let _i = try _r.nextField(&_o) {
        switch _i {
        case 0: n = try Int(from: &_r)
        case 1: up = try Box<Node>(from: &_r)
        case 2: all = try [Box<Node>](from: &_r)
        case 3: any = try DataValue(from: &_r)
        case 4: data = try Bytes(from: &_r)
        case 5: flag = try Bool(from: &_r)
        case 6: hash = try CID(from: &_r)
        case 7: link = try Nullable<CID>(from: &_r)
        case 8: when = try Nullable<FormatString<Datetime>>(from: &_r)
        case 9: severity = try Severity(from: &_r)
        default: direction = try Direction(from: &_r)
        }
      }
      self.n = n
      self.up = up
      self.all = all
      self.any = any
      self.data = data
      self.hash = hash
      self.link = link
      self.flag = flag
      self.when = try _r.required(when, 8, _o)
      self.severity = severity
      self.direction = direction
      self.unknownFields = _r.unknownFields(_o)
    }

    func encode(to _w: inout DataWriter) {
      var _o = _w.beginObject(Self.fields, unknownFields)
      _w.optional(0, n, &_o)
      _w.optional(1, up, &_o)
      _w.optional(2, all, &_o)
      _w.optional(3, any, &_o)
      _w.optional(4, data, &_o)
      _w.optional(5, flag, &_o)
      _w.optional(6, hash, &_o)
      _w.optional(7, link, &_o)
      _w.field(8, when, &_o)
      _w.optional(9, severity, &_o)
      _w.optional(10, direction, &_o)
      _w.endObject(&_o)
    }

    func validate(into _v: inout Validator) {
      _v.integer("n", n, minimum: 0, maximum: 10, oneOf: [1, 2])
      _v.nested("up", up)
      _v.nested("all", all)
      _v.bytes("data", data, minLength: 1, maxLength: 4)
      _v.boolean("flag", flag, const: true)
      _v.nested("when", when)
      _v.string("severity", severity?.rawValue, oneOf: ["inform", "alert"])
    }
  }
}
