// Run once by the database image on an empty volume: an account for each service, which opens its own database and no other.
const admin = db.getSiblingDB("admin");
const services = ["intake", "sentiment", "routing", "tracking"];

function password(name) {
  const given = process.env[`MONGO_${name.toUpperCase()}_PASSWORD`];
  if (!given) {
    throw new Error(`MONGO_${name.toUpperCase()}_PASSWORD is empty`);
  }
  return given;
}

for (const name of services) {
  const databases = name === "intake" ? ["huiying_intake", "huiying_files"] : [`huiying_${name}`];
  admin.createUser({ user: name, pwd: password(name), roles: databases.map((database) => ({ role: "readWrite", db: database })) });
}

// `huiying prepare` makes indexes, and gives stored documents the fields that are new. It has no key, so that contacts stay sealed to it.
admin.createUser({
  user: "prepare",
  pwd: password("prepare"),
  roles: services.map((name) => ({ role: "readWrite", db: `huiying_${name}` })),
});
