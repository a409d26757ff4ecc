// The healthcheck of the trial database: makes the one-node replica set on the first look, then says whether it can be written to.
const admin = db.getSiblingDB("admin");
admin.auth(process.env.MONGO_INITDB_ROOT_USERNAME, process.env.MONGO_INITDB_ROOT_PASSWORD);
const hello = admin.runCommand({ hello: 1 });
if (!hello.setName) {
  // Refused by the server that the image starts for its own set-up, which is no member of a set: looked at again.
  admin.runCommand({ replSetInitiate: { _id: "rs0", members: [{ _id: 0, host: "mongo:27017" }] } });
}
quit(hello.setName === "rs0" && hello.isWritablePrimary ? 0 : 1);
