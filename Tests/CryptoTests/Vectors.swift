import Text

// Made for these tests with Python's `cryptography`, so that our signatures are held against another's. What is wrong
// with a wrong one stands in its name; all are over `message`.
enum SignatureVectors {
    static let message = Array("The customer allowed it.".utf8)

    static let modulus = bytes(
        """
        d5b7376b4b475c96bfe60226642d4b11678e31aadc65efe437c241cbcc854e501bbaa2f926201a57a3753eb2243bf456
        11de3e72b2fa0644c43d244b86b2fe1296b1fab8d853acfce04ebd1e09f8ad5647637fa25867ebc80b6c0bdbd551c78e
        9e68509fc2819e28c8740d29993c10be7ba486cbc2d8a7786e41a56f7e76b49809fb9d447a0afc434f7d32417f494169
        f1202567f4be67ba94057c21b1189460a3d6256518dd3757b4ce891ffd3e0f2efe4bba4c49b3b672a5e85780d8961ba3
        8c09be481712ed56bb54d2bc02da961837d2fefa3afeb0961004409a8b4c1ed22757974b71ed936b9e093e230fd663d9
        687e10c145fc268770990915d2cda81f
        """
    )

    static let pss: [(String, [UInt8])] = [
        (
            "good",
            bytes(
                """
                cbd19f4d5cdf18d206fa33cb6b25ddf68fe32924e85ed4f370cd44869c7b1db26acdaa6df8506b025094f5fad46636d6
                edfc92c37eb7903baa9527304a398b977b657c0e79757b5ed87853561d1ff915d5137dde25a0ae13606de259c1fd1101
                59574b04bc24edf2310d493bf9971fcf777c3f6f4f71f9602afdcb9c70f3a5eb93fb41df4edf55fe08f858e626427ce2
                751666fb1a13642fd2267b81b8b51d234abbfa5c35800e5e93ebe3bc7a94cdf5659b296e1cd69194baeffca6ff520e46
                60b1a9cc60ea8856d877ccbe6cff4fbd4142d401ed174dc7e1aed097a8e5e87d9a4bf56ab0607b094b63abcbfbfc1162
                2a428167139c8c8937f190483f668fe1
                """
            )
        ),
        (
            "no salt",
            bytes(
                """
                249fdc89dfc79a8b94856178fd087dd5329bc12b61a2d5447b6c29f4fac6fd57a8ca14699ead559d2eb8be293416779a
                68df45fec04d439bf55326527b304bd8cdd7c7a47ccf1db81b44c1d43fe58c258d08205c7c621b7f1dc2ed9420736c2e
                e0ea97508f4ac2ed3afd4f0a36e9b56bec1e4c664d57c6abdd274d234472627a978ff6a10bf65b252e0a0d5509b64841
                7ac9916517f231adaa43d550d4208b83e6769de8f7004e8291ea46a3af76c0bd23b9b5ab0c631acff1204d9e5476d37d
                706fdd6478025fd73d52e1422bb6a81a6227abab201386a97242855de755370d08237d83b8ef18dfe8d756cbd9b9e49a
                53421f94bc018c8c3b5d0be4fbe1abdb
                """
            )
        ),
        (
            "a salt of 20 bytes",
            bytes(
                """
                c2b6002a2f333cabd5e6af73979deda5ba9ae1cc03cdadae6b3211203099477e893670595ac3e2a9622b624bc60eeb85
                e81bc5614fa29a064b7986ef5cce687a1993a0230cceacb8701626cec7c9df292138e072477c86aceb9d2c3f484e894f
                4fdf1a16e9ac9669a1ec11a1a3ac198d2658ba753103bd05cc4ce631a74b689780a7a9881e9155ff33af1f730de88091
                f597e648ca2c6db385c7db6f6faef8534ac8b6ce2c83cb0b76c7bc954ae1b5ab9f2e35c87cb58f5b462c12ea6cc5256a
                38f8262c8db3d86c49ef37bf9af340336019ade0596e55dd0cf5876d13ff8fa62403c48a4a7145835576b3b5faba28ea
                a4a5eec86eada538073299d6a853ed70
                """
            )
        ),
        (
            "the longest salt",
            bytes(
                """
                41118a8221c5f14d9c01cd78a13a94612ae817dc4e0b249094e50c23ac872b175406578334c21f80347c1e551a418994
                63999251652bb0163ea733d1486dce6bfe739050e2ffccc2f96057bf627b2abba73aef4ee9b2be70ddc2184b40eea8a3
                333007bdaf087cbe4f01476684bb71893938eb74f2b4fff79a3750b81f6615d0b15adfc198455db0731b3a96038aaeb5
                3f2282b2a12a87a69355285ceadebb93090c720a0b06634d1cb967a0865721dd753accc6997e5bcc4a567f569bbd011b
                11e4d8ec02137dd4202dd5e258d1bf8171165d5b8cae1774dcf28d1a30ee2d4859fbf1d79f8cada6283730ff12930aef
                7c50e7b5f7eb32bd6f053fee1f621cfc
                """
            )
        ),
        (
            "MGF1 with SHA-1",
            bytes(
                """
                10ec6c6a29519a3b88ea362f0ef1445f70daaf95c60b72bc09cf8dbc97814834b507bbff533b24b3fe80f32a7f3b5bd3
                6f77c9707cea94d26ffc34b2733aadf79290bfee5fa9b82513ddb19ec5de13de0ee8eb9f7a578faba68173f273593e19
                31137a46db89bd4556889c79f1ae640b0c4ba73e4c2edc58cfe85e8288c7bc647d19bd6f0fee992e48cf7f1e6d52c78d
                a3bbe706024259f326956908e44b9302a8904b28581239cf15f0bf1fdb07ec8770f3463a3fdc6db96ac9818bb48f0b8b
                c9be615ba5f5fc7a04b96fe44b62fb930b6e429430d096d9d042312dfd76aad79e18d8072e28cdfcee3cec1bfc2f9524
                aad5096643c1995ca8da16eebc3ad55b
                """
            )
        ),
        (
            "SHA-384",
            bytes(
                """
                c40d40fcd9e7d66edaa47161770d1d9ef72ce00e402ac0a55386a0729f1eb7519bcc69ec79d3432e429dd454a479a6e8
                ac8d54e824271da4da0f46ae89904f2694317c24a545e44c3e23594f4881f062574586e1a7cc34507a8da4f2a2dd2bd4
                0904740512fe46f9854bcf4264513c54cfebea67f549af9d9310378f90da081287279fc4f84ae4bdf888eee20bb1f5db
                ba14172a00281d0b1721cc7eda28d7098ea880785a052cc94747b937435972851b1f5046636c5f02d6ffc7759cc15e5b
                845386c0f0562f6c398b6cede0d3afb622de28f1c27444048681dbbc294beb3ad7626e759f7a866ea0d6cc4e1e245d75
                71b29ebe46df85642d14b1edd04ad425
                """
            )
        ),
    ]

    static let pkcs1: [(String, [UInt8])] = [
        (
            "good",
            bytes(
                """
                abeec1af1320fe5e2cec4374b35e1e8fde2934fba97d79e7a1dbaac7dea7f456bcdb06d0fe4267112e84feddf1335c38
                d8750a52e88521b07e65b92a516da4977e54e90f5cc59d678fb5bc858eab98a5df93e259875ab132513301ecade1a4ce
                36700ab8155c7922666f395364167ba7d3a2d8a4ccf91f4dfb9d5454f7abb49b849ce15d0ae27b106631cbc603f1bbf2
                3b7da3cadb0caf281aa9b66f31574d21b1f7cb60f25056e08d9dbf7dd92589d3a2533d812fc3a43f1afd7355b89fe39d
                3fd77448f291b6a21b8619b4be2ae647c417b507b816c36c688c987b252971463af954547975dd7968b238140b9fef82
                026be46e73bdc3e5bb8b7a2ab19da21c
                """
            )
        ),
        (
            "SHA-384",
            bytes(
                """
                97d57f146cc638b2ff408fa939ec112c9de7b89d741266fea80e9991dbf091525eea7793ebf726cac5ae10813245ceeb
                95e2d7f551062845ac6b496267e47a3eb7cc0262e0287dd73c57d5b2b7e7e5a2065ec9773e872195e3039f1d621d4ec5
                0b9ae5ee3e29ded480d221ffc2b3014a4af5b0ba8ebda88a0510a7194ad3c476f91bac1ec7f0c6dd8806aa91d417575d
                7bcba59454a33f0949deb8e79ef25c5e10ecf6859ed8cdfc970174235247c9089199faace9c9fd80b4e86346bac2c407
                396b1ad1dfd0ca6241f52eb5b9b8e80a7c1b51357c5ad86b6c431a8f947e3d74aebb98a9d2236ba0fd7fc44ec12a8326
                b9887d0a4cd09333335ef081c25ce8be
                """
            )
        ),
        (
            "SHA-1",
            bytes(
                """
                30163bc9800e70f29b4662a18eecaee9e16ca0097d5cebf14458a2080cbbe4d4febaf54779632a968ff4c1d3954bcf18
                dcefdbadfed3439dfe36808864b203907aaa767128c9c7665fb2eb344af7bb15069bb31d1cebb972f12e36d829dabf08
                12c1e0ce2c63d2e5b65d5b965cf2d2a38176b2b18c8a63f68cdf7e00ff4c81f2c15237522bcc2abf6004e8202c0e4864
                fadc93e4f820b3e2464681b39bfcd63153d3021293f7779f99e5e724847fdef0bda94bce9e4d8aee262b398011f9586a
                5bb6c79a2668445885accc5a308424acd581fbc9609aa8c7aa29c65bbdf9a6e95175dc1c5218fcff2706d04996593c20
                ec5d61281308fe787c15047a559e4bc4
                """
            )
        ),
        (
            "eight bytes of padding and a tail of noise",
            bytes(
                """
                5366617acd92f25ad48209d48b1e0ff2250af79ec45fbc2455815248f5b71ed5024068fb9f20f6aa463f6e5a22a64d9e
                3856c7df9caaa1b695d9874cb4a786886978dafea278e49ff4a074eca78f11fface390c271b0175616861f8ed8325f1a
                ada1f6f4bee53541b5e5afa55207e29cbd6934898b536318041a47489dd023808dc626812337a6d4e27d5c766c7548c5
                22d7ebb8a84d1fc63d57b4738da83408aee1f4cc3850248f1068aeb04789fdfaf169b233f4db45c4296c3e5380c258c6
                f1713e40f89d590e012190b22eaf0dc43d8080053d0ec97080eb0cf8db211efcd6ab52fba61bfc6e674b195abbe2cb7d
                74cde83b503d1ff51cc2c58769af6740
                """
            )
        ),
        (
            "a tail of zeros",
            bytes(
                """
                b73fd8dc5dce9726dc8cf39eb8f3071044c7ad9104d27f58770fd4f9844d50f53ff87a2cb60aebef654b15e60b3ae177
                34ea30048edc6881ffdbc8ecdbf87feabee47d83b8b268a23fd324d5b4fcf65dc3958efc95f8db0e4783f34d1c512c6a
                9b968719d919e07fd753914d323d45e814703dbaf6272a3163e7d21d65c98f1348b773ac5606590bdee9b976ba08e784
                2622b58e1227dc055b83af031f84f1b13cdabfa6fbea111c5fbd04961d59e17b316f6e83827bd0da829591bc7cfa7add
                be11f9ac25d8045065579e808ede3c7d3421cae11157e188cdcc5192f118f7c5ebf800b8d2076f87d1772e32538218a1
                d489ef5905d790ba73f4ad733536f1da
                """
            )
        ),
        (
            "no NULL among the parameters",
            bytes(
                """
                0ba98fd5093f304d5c17e1d77db615b3d8d9ec1da1b2e822a9e023745070b32dbbdac073d5792924af5086ca22e95ffd
                05df2b09da5645c0043bf85ceed73f07c9d949422b67c8e987f073f35d0eee2aa45244c9432985559706255ba3d833f3
                5c853254af066acd0fe36b087922a1a9c46a750c08750f5678a1b5e351bc3f34b29c979dd328def62cbb144204edc961
                67e3b3ba4df8580b94cddc5c2bdf15d7f9e39d6b65a013ad37ce456213defe897f2f5d1999c37a60a60270cfe2c041af
                d1dd7d1e094d83bfe89870c83ea894238af72117f52ab48c71dc4e3551e7c9bf77824fd04553ffa0404d43ef2e7b9ded
                5d27d763f87211f44f60649df9556d0d
                """
            )
        ),
        (
            "padding of type 2",
            bytes(
                """
                5f120ca1dc839e1758d9fe3a6bf28964d68fe7e12eab88c24245908a463aa2e8e86816a0bc33da6e5caca95eb4c73361
                e89a4208fc26c5bb3b06cd5210fa1c0c3f10e269204f7dee5ae47877ba67ebba80674606b9b43b38e07cdba11dcecbff
                3dca2c3aabe5d8d659b6cc2fedae6184a87bc953c1db95799f669d0bd88cc7c530f40d0655eb91b8cdce0c9d2d46caad
                d792a92f117fe43e5a4dbc6f35274436295480f1a575678ba8a802c46aa84b9087846edc4d7ee860df9465c2f2ea9e1e
                2a2b45974c80327d6608b481443178c28c608eafb900bcf01bf6fda7c9104fbd32db62b106ffe3fc4bca96021fbda16d
                f04a2a79325953eaae6abb1f6e59527c
                """
            )
        ),
        (
            "padding of zeros",
            bytes(
                """
                cb1c6e4744fed926afdd97329f96bc0a21177199e7d7e8d17bf8ab9acd23ee0b98d33b000028db11f76d8eb92c1b0014
                2ba18373df888017e8b6b04b174130b89547138852688d13b0f2b08e1f6afcbdadcfceff4facbbeb367c1a9c594ce2ad
                5f90b3367f8dcaedcdcc8afd958917df37972df0224a3899573ed49f008b484c45a4ee0fdc81f7a1027873844b2d30d0
                3801282b4d28dd2f7d9852d918af69390f9fab201b59adffc92483f9f71588f4b8ce28d8e29357ceb3b43f66d9c2ed70
                81866247a516df89fdbb8fa72b36f54a7fe0d1c8333dcb4335d53658aec06827c667d16ecbee04c32f758e1b453ed71d
                15a074def199be16652e623f6f03f87a
                """
            )
        ),
        (
            "a hash without its name",
            bytes(
                """
                3dbd336985ea47547580f6b218cbff9399753247c324ea6326818a086bd0677d7c7b5378e6a51600adc992060e27e8f3
                487fbcdd6c7f91a01bfc131659974c784362e3e600e91d57779286d1bb4c74baddad2e2858dec00c485951d3ae736c84
                be5f0508bcafbbdffd4c46965e7a271c6178a003382cfb47f1f39c5fb7626593b9b5972291b777fda94da567fd607231
                529bf1629350c4efe2987dcc0e59bb5e6c71ef84600768af51782e25be3982c4938eb66a98e09be03943e3875f35e5b8
                87edda281db4bf835afaaaf919542a9723ca12a39764218ac59411e20cc0a89db16ed6935d39a1ec8a6e10ad33333647
                407fb326cca93451b45f2ebb9c9efc26
                """
            )
        ),
        (
            "one byte of the padding changed",
            bytes(
                """
                54cf242e365a7fc849ba8f7fb8d7f12af056d2578a1f64778ed497ba58978216b139f875a5558b4f0067d1ac8b00fbe3
                90dd8cf1665417a3819a0a6bcbf1cf2f9176e5931a05f098511828147a70ba7d6e8196dd5c1c8ba491b019123ea207c1
                bb6608bca0a31d50fa500b2a251dd3044abd40ff6db7733038d758ea8da795f568f2d308e6587d8823facf6a9fabe543
                298d9b639c86eec1040665ff75069fe4a62046533e98bfa526548da7dda59d6443643e273e7f85d55ccc750e410c23e6
                45f9ea99000f61d85ee9830fe24176c86318d4711632cead9b23284913d4ef45d21afd096f95ee6febfd278b534b4f49
                27f6c583b9580c94bf08c2e4744fd086
                """
            )
        ),
    ]

    static let ed25519Key = bytes(
        """
        4eb151b39120975edceec2a804f1a9ea35bdfec9fc3a218335bd20781928c0a3
        """
    )

    static let ed25519Signature = bytes(
        """
        388e583b67f75986c36c62262ba72a8f670d3175050f826fd3700afdab449c0925693c89a1581081bb40b9d6b11a8021
        4bec34e9642caed1c071bbf736fc030e
        """
    )

    static let ed25519SignatureWithLargeS = bytes(
        """
        388e583b67f75986c36c62262ba72a8f670d3175050f826fd3700afdab449c09123d32e6bbbb22d991ddb07990145f36
        4bec34e9642caed1c071bbf736fc031e
        """
    )

    static let p256X = bytes(
        """
        26889ec064a1be81f01a89cf054abaef2113f53335d36a75e9d4933ba656e450
        """
    )

    static let p256Y = bytes(
        """
        7a1c548e137032bee9d6ead6aa02d613aa98d3fc2f6ba6e3009d6fc9e4fc26a3
        """
    )

    static let p256Signature = bytes(
        """
        7a55b97621b2a5d533f49111177d8ddb86bd8d639f3338af1762397d63d44bfb1385434690dd77ac00525d82b075e73d
        9df9e465ba1429b816e6746ca0c82fe6
        """
    )

    static let rootOfB = bytes(
        """
        66485c780e2f83d72433bd5d84a06bb6541c2af31dae871728bf856a174f93f4
        """
    )
}

/// Private keys in PEM, used nowhere else.
enum KeyTexts {
    static let p256: WireText = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgabdSC8Ig4w6owLzS
        iosqlXf6LxvTIDyLIObPp6jaY7GhRANCAAQmiJ7AZKG+gfAaic8FSrrvIRP1MzXT
        anXp1JM7plbkUHocVI4TcDK+6dbq1qoC1hOqmNP8L2um4wCdb8nk/Caj
        -----END PRIVATE KEY-----
        """

    static let p256Public: WireText = """
        -----BEGIN PUBLIC KEY-----
        MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEJoiewGShvoHwGonPBUq67yET9TM1
        02p16dSTO6ZW5FB6HFSOE3AyvunW6taqAtYTqpjT/C9rpuMAnW/J5Pwmow==
        -----END PUBLIC KEY-----
        """

    static let ed25519: WireText = """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEIMdsx34dWknH6CDOCGgHWIvowkFn/5gcC85Tr6HF1X2x
        -----END PRIVATE KEY-----
        """

    static let rsa: WireText = """
        -----BEGIN PRIVATE KEY-----
        MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQDVtzdrS0dclr/m
        AiZkLUsRZ44xqtxl7+Q3wkHLzIVOUBu6ovkmIBpXo3U+siQ79FYR3j5ysvoGRMQ9
        JEuGsv4SlrH6uNhTrPzgTr0eCfitVkdjf6JYZ+vIC2wL29VRx46eaFCfwoGeKMh0
        DSmZPBC+e6SGy8LYp3huQaVvfna0mAn7nUR6CvxDT30yQX9JQWnxICVn9L5nupQF
        fCGxGJRgo9YlZRjdN1e0zokf/T4PLv5LukxJs7ZypehXgNiWG6OMCb5IFxLtVrtU
        0rwC2pYYN9L++jr+sJYQBECai0we0idXl0tx7ZNrngk+Iw/WY9lofhDBRfwmh3CZ
        CRXSzagfAgMBAAECggEAHuVyZxoGco2+p19nMnNT12vLpEWJwFjqet8kCPUDzpsJ
        LzWxZEAe3s2cPRie4WYE7WdeStGyEKbvYdF18767uW88wrznVU18b2cisw2I/HIt
        Nua0TyiS7yQrlhlNYRnC9gappTcG6xkFRbXDbko/N3KDihM6E30+jV4DLzeurJPM
        lMpYwnjXpNN3rgZ4TnZIleToNKqfAPM8+9IdNBceiyw7jnrUiRPvOUnWDxXSdpBr
        z2vDIYk0gx7qHaY5ijk6ikjb8xPw20087NSCYuSuRarjZxNWQ0b+90qa/y9wHdCz
        sWPYqqMZr7rYv5xOxnKBE8MPFPrLK3vvyoqpQsechQKBgQD5WFwY1FNUN7bQ5dQb
        INLVeqykk6c1gukXDKjg4uquf/jFZ7d7sTsa1OQhnhGYd0GxoFi4wS6KMWkm+IOh
        usZCauaOPiEp1nHwyhc4V/8KefIzTOw0c0ogRAPrdzRvdRyyZHXHYG0APRuDzRv/
        fRG1A4tVufl2CzxUH3SI0BbTtQKBgQDba2t+7XPVVvA3o+1crN4W+j2tSd8BWLol
        D6eFUoOWgyUYNMjxtL9QM43aD3sfBiF2/KQ7pJyf9W9bc0WYcMX21TNkrOS9ur1j
        2dk3g7Q2pRApvbwC04JkY2fFPFkVPFnHMiByc6v8tmRaqBsrdNwvp4j3JZCHZWSA
        o2UVCzqZAwKBgQC1oUq8/3WPxGHUO4ZNGJTb0teNrsy/axPVqXAfGMxwvmF9kraS
        UKDIQ8nGPzl8AWsGM9JNCtOW8LUzIRXpqn8fBHXbqaBItKAdEWjmrxrmC7yE6ASr
        lEurwz/DtvqoMfvsasdsq23bHag8Ux2Q9w799434rVbtSPPyJ1OhEUt/fQKBgGI6
        Ta5N6Qw51mJiTZGuheItds0MA/ybVwHeZzVlQilwXnverZKfQwJJghh707eIzBRz
        d6aHw+JMQuTizuY2njkpKs/IIsLZRY3c6cRTfqrz7C9zlCaDv5znb345zPuXv+1Q
        AHycUgNZN8Xp+ffTYfsnekaCF5i1iG+aNldcZog3AoGAapJ6OsdUGg8BsrLRRD67
        mBRRYJBAJg8Vq6SM6gIE3rZztrY8g+ngloc5hTHXVWlOPf4YlMfHZzriPHujFPgj
        4N/G467J4a/3kurienEjRkSdD7l0GbmSVrNVFGNkH87OeRpQ3Yy4LaefzyYcH4Hr
        SVvYUqBjaFDcyG/5wJzCc3k=
        -----END PRIVATE KEY-----
        """

    /// The same key in the form of RFC 5915.
    static let p256Traditional: WireText = """
        -----BEGIN EC PRIVATE KEY-----
        MHcCAQEEIGm3UgvCIOMOqMC80oqLKpV3+i8b0yA8iyDmz6eo2mOxoAoGCCqGSM49
        AwEHoUQDQgAEJoiewGShvoHwGonPBUq67yET9TM102p16dSTO6ZW5FB6HFSOE3Ay
        vunW6taqAtYTqpjT/C9rpuMAnW/J5Pwmow==
        -----END EC PRIVATE KEY-----
        """

    /// The same key in the form of RFC 8017.
    static let rsaTraditional: WireText = """
        -----BEGIN RSA PRIVATE KEY-----
        MIIEowIBAAKCAQEA1bc3a0tHXJa/5gImZC1LEWeOMarcZe/kN8JBy8yFTlAbuqL5
        JiAaV6N1PrIkO/RWEd4+crL6BkTEPSRLhrL+Epax+rjYU6z84E69Hgn4rVZHY3+i
        WGfryAtsC9vVUceOnmhQn8KBnijIdA0pmTwQvnukhsvC2Kd4bkGlb352tJgJ+51E
        egr8Q099MkF/SUFp8SAlZ/S+Z7qUBXwhsRiUYKPWJWUY3TdXtM6JH/0+Dy7+S7pM
        SbO2cqXoV4DYlhujjAm+SBcS7Va7VNK8AtqWGDfS/vo6/rCWEARAmotMHtInV5dL
        ce2Ta54JPiMP1mPZaH4QwUX8JodwmQkV0s2oHwIDAQABAoIBAB7lcmcaBnKNvqdf
        ZzJzU9dry6RFicBY6nrfJAj1A86bCS81sWRAHt7NnD0YnuFmBO1nXkrRshCm72HR
        dfO+u7lvPMK851VNfG9nIrMNiPxyLTbmtE8oku8kK5YZTWEZwvYGqaU3BusZBUW1
        w25KPzdyg4oTOhN9Po1eAy83rqyTzJTKWMJ416TTd64GeE52SJXk6DSqnwDzPPvS
        HTQXHossO4561IkT7zlJ1g8V0naQa89rwyGJNIMe6h2mOYo5OopI2/MT8NtNPOzU
        gmLkrkWq42cTVkNG/vdKmv8vcB3Qs7Fj2KqjGa+62L+cTsZygRPDDxT6yyt778qK
        qULHnIUCgYEA+VhcGNRTVDe20OXUGyDS1XqspJOnNYLpFwyo4OLqrn/4xWe3e7E7
        GtTkIZ4RmHdBsaBYuMEuijFpJviDobrGQmrmjj4hKdZx8MoXOFf/CnnyM0zsNHNK
        IEQD63c0b3UcsmR1x2BtAD0bg80b/30RtQOLVbn5dgs8VB90iNAW07UCgYEA22tr
        fu1z1VbwN6PtXKzeFvo9rUnfAVi6JQ+nhVKDloMlGDTI8bS/UDON2g97HwYhdvyk
        O6Scn/VvW3NFmHDF9tUzZKzkvbq9Y9nZN4O0NqUQKb28AtOCZGNnxTxZFTxZxzIg
        cnOr/LZkWqgbK3TcL6eI9yWQh2VkgKNlFQs6mQMCgYEAtaFKvP91j8Rh1DuGTRiU
        29LXja7Mv2sT1alwHxjMcL5hfZK2klCgyEPJxj85fAFrBjPSTQrTlvC1MyEV6ap/
        HwR126mgSLSgHRFo5q8a5gu8hOgEq5RLq8M/w7b6qDH77GrHbKtt2x2oPFMdkPcO
        /feN+K1W7Ujz8idToRFLf30CgYBiOk2uTekMOdZiYk2RroXiLXbNDAP8m1cB3mc1
        ZUIpcF573q2Sn0MCSYIYe9O3iMwUc3emh8PiTELk4s7mNp45KSrPyCLC2UWN3OnE
        U36q8+wvc5Qmg7+c529+Ocz7l7/tUAB8nFIDWTfF6fn302H7J3pGgheYtYhvmjZX
        XGaINwKBgGqSejrHVBoPAbKy0UQ+u5gUUWCQQCYPFaukjOoCBN62c7a2PIPp4JaH
        OYUx11VpTj3+GJTHx2c64jx7oxT4I+DfxuOuyeGv95Lq4npxI0ZEnQ+5dBm5klaz
        VRRjZB/OznkaUN2MuC2nn88mHB+B60lb2FKgY2hQ3Mhv+cCcwnN5
        -----END RSA PRIVATE KEY-----
        """

    /// Encrypted with the passphrase `open`.
    static let encrypted: WireText = """
        -----BEGIN ENCRYPTED PRIVATE KEY-----
        MIH0MF8GCSqGSIb3DQEFDTBSMDEGCSqGSIb3DQEFDDAkBBBHS/8QX3zczG19QGeg
        0ogqAgIIADAMBggqhkiG9w0CCQUAMB0GCWCGSAFlAwQBKgQQRhmqMubVq3Rrm5jR
        E9TAEQSBkIcwG/TddkINqWK1BWBmHJYO8/019SZunaobE5s3uqzBMfaDs+a+g6cD
        Mx2Xrgh2k2V0EoTu3lF3AmE1XqsllwJzgkUKCxpn/2tY4mqZSYigkAeHocZJAISO
        0PojmPJYx6RBsygXXXU63GN5CUwpgL/XniJH0RGk8N+MWfx7sy/M2SZtcYLwu2PQ
        radkg2N/0A==
        -----END ENCRYPTED PRIVATE KEY-----
        """

    static let p384: WireText = """
        -----BEGIN PRIVATE KEY-----
        MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDAIrvgomHv72FwFfrIf
        O5r5K5pH2Bj6CyjbrJvd97wVWp6gvnj1w8okEUOxb2tlTdChZANiAASDPyr14H8o
        8bUiWi2luMKCflmtwxoUK44qiJzVqhzW9sZrOLjjis09A479F7bxWpl8hrS6QSNA
        1qo5+7o6mdIcypKg9WnWu0txvzcQAv0gueU8CqTD8MMr1f9Lwbmpbw4=
        -----END PRIVATE KEY-----
        """

    static let rsa1024: WireText = """
        -----BEGIN PRIVATE KEY-----
        MIICdgIBADANBgkqhkiG9w0BAQEFAASCAmAwggJcAgEAAoGBAMxNslIlgaz1ZuKp
        xlcuC0hdwzceOK6wJOAk8vCTnlz9GIQpfmSJ/ym73TujH4y0JK1geAEtwRPl+TQp
        aVAO38AV5qnCtTC+4ZsgDbCIGbxYUIeRarbaJ7qz8VH15i09vNHMUJWi7Q6GYcFJ
        0PQcdbWxJa0L5Fnk41K1wRQssfnHAgMBAAECgYA2qpOMZ3zLSt68x7DKowdh1bTm
        iq+gDoHPeBOJS/aT6yUkN/YZ8NLV1+7ahktq2sj1m1qA9j0zldWYn3wOb+xufo+I
        Ga0K8f8sIbFWUzrjXpS5A2KkbAfMadwNjr80iRUZiHGHUTi0nHbzG9/0KyUv6Tg6
        ZmDW8XHSer29IbxEAQJBAPneOsqUPznhX7Fsxt8D0KJVtZhqXRmtHGp7hHkPcsmq
        SwqElEFXZnvzu3dJpElmQHtGq/sxFeKCQ+qXo7t02WsCQQDRUTZPLX02Xxdy3rGJ
        EWLuJ1KOFjFczANmxGjkXElIBPDWMK4wEOZUidMYUsGl1/BUHgRbDBBbAqKyohVa
        6WwVAkAYs7aeNl+1yikaskVK4OasVcrZIZLIqguIH2PuT++qLjKy/H5no0tXb7YV
        yer68qfnSApSj/y44uXx+EHQk3G3AkB4Zk9n8dGBMedqAqB6KE8Qj/vTkP5p00vt
        k/KF0HOygm0Jt0yqhz4FyJVs+0U6IOCzceStfl32C6kMOWExPu0VAkEAtIDliSkm
        0R+iOShC1eoNOTkOcIZ8gapPg2XfcPOJlRjrBlBETEej9nEptaR+MF6z5Qmolhh0
        DJRuBmx3LpajJg==
        -----END PRIVATE KEY-----
        """

    static let rsaExponent3: WireText = """
        -----BEGIN PRIVATE KEY-----
        MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQDqSJT5eF+8aCaa
        M7VNtKiOhEF0rZiMVRccXFH0zouWpmPAGD6v5Qs7jPj90qmW8zdSKFOuJhO0+Uz8
        WN+dWir9XUmnmyhuuYk+ZTRlzjI8niX0tNTmPD3TgEPbfjg9Dw8x0C3tbWXbqyHk
        /Zv8abOAlx5ykG4CpcTYvEg3VzRP9qAyIp2pBseFYVJMA8pR9w18IFa1In8wFnAD
        /NEWclcoeKoXmAvXB3n6lRQ8eg0RV+C0Iym9vhzJHoQ0eKmTkFzM2QMbNyqNAuWk
        5MILWsoCRyTUaEZKTlzaeelELEdxEcJ64GmYCcNZh5wqG+aBFZ4KzZv2DTillhY0
        eyUTqiI1AgEDAoIBAQCcMGNQ+up9msRmzSOJIxsJrYD4c7sIOLoS6DajNF0PGZfV
        ZX8f7gd9CKX+jHEPTM+MGuJ0GWJ4pjNS5epo5sdTk4ZvvMWfJlt+7iLuiXbTFBlN
        zeNEKCk3qtfnqXrTX192islI85k9HMFDU71S8SJVuhRMYElXGS3l0trPj3g1Tc7c
        bx3JD5rbTewd10LPrABwBfS47o2iQOslkTADBLCXTwsJsL8dvtp6lSXOjeTGeD2v
        ftm2I5knLS47uqkWZabqGPKzRoS+AbLLKhMIFQ+tii9AytWmOFQDPZjd0BoFsP8L
        d8SCf0+0DhE2tYJJm49h7mQxSfthhKfcST/JvAArAoGBAPnyqhiPn+/WVRVuGz88
        DYhIlix9pP3/fnQyFGFKpYK8Ymwd34Jnwlbi+Va1Ov1bl8RdhuwNftJv1h0owSwx
        21+dy1lClmF0JAVNnq+gj76RC/nxXWWPousV+9LOF2HXuS3sxC81+qudWdz8SFb+
        VnQpFfIz6XTd9sxlFZVKestlAoGBAO/00dhrz29mF1qxJabeZ4SLgTsiF6y9NpsZ
        jqfHRcuJH61rL2rCpttfvATRajiMC7/PXfcfCeSehKGyH3/AHILP6D3LtwH73FQm
        hvXeq3Ps6+QB2qBBVvO/obEpXL6QzxX86JOeUCAuGKVbw0wUVdLO0hN4NMq1WE4E
        97AalVaRAoGBAKahxrsKap/kOLj0EiooCQWFuXL+bf6qVE12uEDcblcoQZ1pP6xF
        LDnspjnOJ1OSZS2Tr0gI/zb1OWjF1h12kj++h5DXDuuiwq4zvx/AX9Rgsqag6O5f
        wfIOp+HeukE6e3PzLXTOpx0TkT39hY9UOaLGDqF38PiT+d2YuQ4xpzJDAoGBAJ/4
        i+WdNPTuujx2GRnpmlhdANIWunMozxIRCcUvg90GFR5HdPHXGeeVKAM2RtBdXSqK
        PqS/W+2/AxZ2v6qAEwHf8CkyegFSkuLEWfk/HPfzR+1WkcArj00qa8tw6H8LNLlT
        Rbe+4BV0EG49LN1i4+HfNreleIcjkDQDT8q8Y48LAoGAOU29RibIF6DG6qjsRW5e
        iFEl3g+k8BdI+0MqczQOtcYd1sVwr6ooBYuomVvlGth+I9qV6iejHd9ccwJ26Zze
        p5Z5oxnZsTOFPavY+NKp4YtL5gLvaNXzN+JyNAx+rr5hPW3nkCk1MfP1fFMKiidA
        pRGSh31+PaDEsVfeD+4CKjQ=
        -----END PRIVATE KEY-----
        """
}

/// Certificates signed by themselves.
enum CertificateTexts {
    static let p256: WireText = """
        -----BEGIN CERTIFICATE-----
        MIIBdDCCARqgAwIBAgICEmcwCgYIKoZIzj0EAwIwQjELMAkGA1UEBhMCU0UxHTAb
        BgNVBAoMFENhZsOpLCBCYW5rICsgU8O2aG5lMRQwEgYDVQQDDAt0cHAuZXhhbXBs
        ZTAgFw0yNjAxMDIwMzA0MDVaGA8yMDUxMDYwNzA4MDkxMFowQjELMAkGA1UEBhMC
        U0UxHTAbBgNVBAoMFENhZsOpLCBCYW5rICsgU8O2aG5lMRQwEgYDVQQDDAt0cHAu
        ZXhhbXBsZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABCaInsBkob6B8BqJzwVK
        uu8hE/UzNdNqdenUkzumVuRQehxUjhNwMr7p1urWqgLWE6qY0/wva6bjAJ1vyeT8
        JqMwCgYIKoZIzj0EAwIDSAAwRQIhAJvdmvgHwB9olk7kqOesMhQLQ3L3XwmmN5b6
        ds3HWPaXAiBZYxHElSIQc9KCX7fRo+0cyu78lLN3F+nSM3l/PUg1Wg==
        -----END CERTIFICATE-----
        """

    static let weak: WireText = """
        -----BEGIN CERTIFICATE-----
        MIIBozCCAQygAwIBAgICEmcwDQYJKoZIhvcNAQELBQAwFzEVMBMGA1UEAwwMd2Vh
        ay5leGFtcGxlMB4XDTI2MDEwMTAwMDAwMFoXDTI3MDEwMTAwMDAwMFowFzEVMBMG
        A1UEAwwMd2Vhay5leGFtcGxlMIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDM
        TbJSJYGs9WbiqcZXLgtIXcM3HjiusCTgJPLwk55c/RiEKX5kif8pu907ox+MtCSt
        YHgBLcET5fk0KWlQDt/AFeapwrUwvuGbIA2wiBm8WFCHkWq22ie6s/FR9eYtPbzR
        zFCVou0OhmHBSdD0HHW1sSWtC+RZ5ONStcEULLH5xwIDAQABMA0GCSqGSIb3DQEB
        CwUAA4GBADnkZgU+J1POnLybyT4Fzrjga4SDfT8wBaOXnA4GOQbV1Je6AWT8wyKO
        qjKPLFm+SvC2yt7wbDygF/JfdZCIJ5qc8zHsQjvpKXFv5hZFVKlf9NzxcFBw4+pH
        4Y3iITMlgF7pOfaOoqFMFT6po+/Pdh935/foIFbHadFx1kNQYjvo
        -----END CERTIFICATE-----
        """
}

/// Bytes from hexadecimal digits, which may be broken into lines.
func bytes(_ digits: String) -> [UInt8] {
    Hex.decode(WireText(digits.filter { !$0.isWhitespace })) ?? []
}
