// An OpenID Connect server whose every account has the password that is typed and its name as e-mail.
import Provider from "oidc-provider";

const [port, redirect] = [Number(process.argv[2]), process.argv[3]];
const issuer = `http://127.0.0.1:${port}`;
const provider = new Provider(issuer, {
  clients: [
    { client_id: "desk", client_secret: "a-secret-of-the-desk", redirect_uris: [redirect] },
  ],
  claims: { openid: ["sub"], email: ["email", "email_verified"] },
  conformIdTokenClaims: false,
  pkce: { required: () => true },
  cookies: { keys: ["only-for-tests"] },
  findAccount: (_context, id) => ({
    accountId: id,
    claims: () => ({
      sub: `account-of-${id}`,
      email: `${id.replace(/^unverified-/, "")}@ico.example`,
      email_verified: !id.startsWith("unverified-"),
    }),
  }),
});
provider.listen(port, "127.0.0.1", () => console.log("listening"));
