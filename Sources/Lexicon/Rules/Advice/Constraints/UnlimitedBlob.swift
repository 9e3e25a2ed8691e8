extension Rule {
  static let unlimitedBlob = Rule(
    "unlimited-blob",
    .note,
    "A blob in a record says how large it may be.",
    reason: "Services that keep, copy or show a blob decide by its size whether they can.",
    clause: "Lexicon specification, \"blob\"",
    bad: .record(#""image":{"type":"blob","accept":["image/*"]}"#),
    good: .record(#""image":{"type":"blob","accept":["image/*"],"maxSize":1000000}"#)
  ) { subject in
    subject.schemas { site in
      guard site.isStored, case .blob(let blob) = site.schema.kind, blob.maxSize == nil else {
        return nil
      }
      return "\(site.name) is a blob of any size; say how large it may be: 'maxSize'"
    }
  }
}
