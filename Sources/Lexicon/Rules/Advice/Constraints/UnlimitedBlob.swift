extension Rule {
  static let unlimitedBlob = Rule(
    "unlimited-blob",
    .note,
    "A blob in a record should have a maximum size.",
    reason: "Services that store, copy or display a blob need to know how large it can be.",
    clause: "Lexicon specification, \"blob\"",
    bad: .record(#""image":{"type":"blob","accept":["image/*"]}"#),
    good: .record(#""image":{"type":"blob","accept":["image/*"],"maxSize":1000000}"#)
  ) { subject in
    subject.schemas { site in
      guard site.isStored, case .blob(let blob) = site.schema.kind, blob.maxSize == nil else {
        return nil
      }
      return "\(site.name) allows a blob of any size; add 'maxSize'"
    }
  }
}
