import ATProtoSyntax
import Testing

@testable import ATProtoCrypto

@Suite struct P256ScalarTests {
  /// x, y, x y, x + y, and 1 / x modulo n, computed with arbitrary-precision integers.
  @Test(
    "arithmetic modulo the order agrees with OpenSSL",
    arguments: [
      (
        "0000000000000000000000000000000000000000000000000000000000000001",
        "0000000000000000000000000000000000000000000000000000000000000001",
        "0000000000000000000000000000000000000000000000000000000000000001",
        "0000000000000000000000000000000000000000000000000000000000000002",
        "0000000000000000000000000000000000000000000000000000000000000001"
      ),
      (
        "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550",
        "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550",
        "0000000000000000000000000000000000000000000000000000000000000001",
        "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc63254f",
        "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550"
      ),
      (
        "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550",
        "0000000000000000000000000000000000000000000000000000000000000002",
        "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc63254f",
        "0000000000000000000000000000000000000000000000000000000000000001",
        "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550"
      ),
      (
        "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632552",
        "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc63254f",
        "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc63254f",
        "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550",
        "0000000000000000000000000000000000000000000000000000000000000001"
      ),
      (
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "66e12d92f3d956222845b2392b6bec58c0676ef797ecacb06a97e21bb7403945",
        "00000001fffffffe000000000000000086320aa4b1d0c2f6188c6a7a0739b55c",
        "646b78f8384d6e771ef9319a025559fc5af4a6580d5e25e84c7cbf12b54961cc"
      ),
      (
        "8000000000000000000000000000000000000000000000000000000000000000",
        "000000000000000000000000000000000000000000000000ffffffffffffffff",
        "7ffffffe80000001218c82a94e00b3666f7e4609af09267af588381a7c632551",
        "800000000000000000000000000000000000000000000000ffffffffffffffff",
        "c1a0cc66920b83d20ff16c083cc0ee4b75bde7c486acdf5f9c3791ef3832f8f2"
      ),
      (
        "795b929e9a9a80fdea7b5bf55eb561a4216363698b529b4a97b750923ceb3ffd",
        "781f9c58d6645fa9e8a8529f035efa259b08923d10c67fd994b2b8fda02f34a6",
        "a21034c9fc673626fa01127abbc2825bbe5ae38adcc5229484b87961900253ab",
        "f17b2ef770fee0a7d323ae9462145bc9bc6bf5a69c191b242c6a098fdd1a74a3",
        "6f5d0251154d5d46a7dd98f02149a8c164cbf010ab1b7404bb56c8f4e1272505"
      ),
      (
        "8a7d43b578633074b7970386fee29476311624273bfd1d338d0038ec42650644",
        "3b5f3d86268ecc45dc6bf1e1a399f82a65aa9c8279f248b08cb4a0d7d6225675",
        "95ab77b0bb966288596f1dd834915d7e988a22b85f74fb1e77898cb8d0deaf3a",
        "c5dc813b9ef1fcba9402f568a27c8ca096c0c0a9b5ef65e419b4d9c418875cb9",
        "b773a0b063dcd878853ba596fe4ac2706c7c12c679e0f733eedc9585cb2e55e6"
      ),
      (
        "03e0a813bdc2ae9963d2e49085ef3430ed038db4de38378426d0b944a2863a7f",
        "0af438d297524d6af51e8722c21b609228ce6f2410645d51c6f8da3eabe19f58",
        "78bf2f161820f168b7eae83dd337c9fada8a113a53c27cea9f12d705c591024e",
        "0ed4e0e65514fc0458f16bb3480a94c315d1fcd8ee9c94d5edc993834e67d9d7",
        "b2cec20dd71481cb66245d3191efb4abb7ce2deecd96f1c9be15e04f4da14f06"
      ),
      (
        "984181177906159644f9794cdd933160d2d5844307f062cec7b317d94d1fe09f",
        "6d4b9adbebcd1f5ec9c18070b6d13089633a50eee0f9e038eb8f624fb804d820",
        "e693c0fe1f0a39247db3b239cff75e89dda20e6596eba1a94da2c62aa033fb3e",
        "058d1bf464d334f40ebaf9bd946461ea7928da8441d2a482bf88af6608c1936e",
        "596ddec3bd50157d25c21103000bcf4eb5e132fa5515f3423cb22936ec9af7ed"
      ),
    ]
  )
  func arithmetic(_ x: String, _ y: String, _ product: String, _ sum: String, _ inverse: String) {
    let one = scalar(String(repeating: "0", count: 63) + "1")
    #expect(text(scalar(x).montgomery * scalar(y)) == product)
    #expect(text(scalar(x) + scalar(y)) == sum)
    #expect(text(scalar(x).montgomery.inverted * one) == inverse)
    #expect((scalar(x) + scalar(x).negated).isZero)
  }

  private func scalar(_ hex: String) -> P256Scalar {
    Hex.decode(hex)!.withUnsafeBytes { P256Scalar(reducing: $0) }
  }

  private func text(_ scalar: P256Scalar) -> String {
    var bytes = [UInt8](repeating: 0, count: 32)
    bytes.withUnsafeMutableBytes { scalar.write(to: $0) }
    return Hex.encode(bytes)
  }
}
