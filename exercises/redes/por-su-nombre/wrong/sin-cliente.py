servidor, red = valores["servidor"], valores["red"]
client.networks.create(red, driver="bridge", labels={"muelle": "1"})
client.containers.run(
    "muelle/base", ["servir"], name=servidor, network=red, labels={"muelle": "1"}, detach=True
)
