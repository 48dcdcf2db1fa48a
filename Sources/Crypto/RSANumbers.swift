import COpenSSL

extension PrivateKey.RSA {
    /// Whether these are the numbers of one key with that public part: RFC 8017 §3.2.
    ///
    /// That the primes are prime is not proven: it takes a tenth of a second a key, which a server that starts has no
    /// use for, because nobody else had a hand in its keys.
    func isPair(modulus: [UInt8], exponent: [UInt8]) -> Bool {
        guard let context = unsafe BN_CTX_new() else { return false }
        defer { unsafe BN_CTX_free(context) }
        let arithmetic = unsafe Arithmetic(context: context)
        guard let n = Number(modulus), let e = Number(exponent), let d = Number(d), let p = Number(p),
            let q = Number(q), let dp = Number(dp), let dq = Number(dq), let qi = Number(qi)
        else { return false }
        return arithmetic.product(p, q) == n
            && arithmetic.isOne(q, times: qi, modulo: p)
            && arithmetic.fits(d, dp, e, p)
            && arithmetic.fits(d, dq, e, q)
    }
}

/// A number of any size, wiped when it is no longer needed.
@safe private final class Number: Equatable {
    let pointer: OpaquePointer

    init?(_ bytes: [UInt8]) {
        guard let pointer = unsafe BN_bin2bn(bytes, Int32(clamping: bytes.count), nil) else { return nil }
        unsafe self.pointer = pointer
    }

    init?() {
        guard let pointer = unsafe BN_new() else { return nil }
        unsafe self.pointer = pointer
    }

    deinit {
        unsafe BN_clear_free(pointer)
    }

    static func == (left: Number, right: Number) -> Bool { unsafe BN_cmp(left.pointer, right.pointer) == 0 }
}

@safe private struct Arithmetic {
    let context: OpaquePointer

    init(context: OpaquePointer) {
        unsafe self.context = context
    }

    func product(_ left: Number, _ right: Number) -> Number? {
        guard let product = Number(), unsafe BN_mul(product.pointer, left.pointer, right.pointer, context) == 1 else {
            return nil
        }
        return product
    }

    func isOne(_ left: Number, times right: Number, modulo modulus: Number) -> Bool {
        guard let rest = Number(),
            unsafe BN_mod_mul(rest.pointer, left.pointer, right.pointer, modulus.pointer, context) == 1
        else { return false }
        return unsafe BN_is_one(rest.pointer) == 1
    }

    /// Whether the private exponent and its short form for a prime undo the public one.
    func fits(_ d: Number, _ short: Number, _ e: Number, _ prime: Number) -> Bool {
        guard let order = Number(), let rest = Number(),
            unsafe BN_copy(order.pointer, prime.pointer) != nil, unsafe BN_sub_word(order.pointer, 1) == 1,
            unsafe BN_is_zero(order.pointer) == 0,
            unsafe BN_div(nil, rest.pointer, d.pointer, order.pointer, context) == 1
        else { return false }
        return rest == short && isOne(e, times: short, modulo: order)
    }
}
